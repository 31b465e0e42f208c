package codec

import (
	"errors"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

var errNotText = errors.New("text that is not UTF-8")

// string appends a text in quotes. It returns errNotText if it is not UTF-8, and a longTextError if
// it is too long.
func (w *writer) string(s string) error {
	if w.shown {
		s = VisibleText(s[:min(len(s), w.maxBytes)])
	}
	if len(s) >= longText && !w.brief {
		if err := w.reserve(s); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, '"')
	ascii := true
	for at := 0; at < len(s); {
		if !needsEscape(s[at]) {
			size, only := plainPrefix(s[at:])
			w.text(s[at : at+size])
			at, ascii = at+size, ascii && only
			continue
		}
		w.escape(s[at])
		if at++; len(w.buf) > w.maxBytes {
			return longTextError{w.maxBytes}
		}
	}
	if !ascii && !utf8.ValidString(s) {
		return errNotText
	}
	w.buf = append(w.buf, '"')
	return nil
}

// longText is the number of bytes from which on the length of a text is computed before it is
// written, so that it is refused, or has its memory, at once.
const longText = 64 << 10

// reserve grows the buffer once for the text in quotes, or returns a longTextError without writing
// if it would be too long.
func (w *writer) reserve(s string) error {
	size := len(s) + len(`""`)
	for at := 0; at < len(s); {
		if needsEscape(s[at]) {
			size += escapeSize(s[at]) - 1
			at++
			continue
		}
		plain, _ := plainPrefix(s[at:])
		at += plain
	}
	if len(w.buf)+size > w.maxBytes {
		return longTextError{w.maxBytes}
	}
	if size > cap(w.buf)-len(w.buf) && size >= len(w.buf) { // shorter ones are better added by append
		w.buf = append(make([]byte, 0, len(w.buf)+size+spareBytes), w.buf...)
	}
	return nil
}

// spareBytes are reserved for what follows a long text.
const spareBytes = 64

// escapeSize returns the number of bytes that escape writes.
func escapeSize(c byte) int {
	switch c {
	case '"', '\\', '\n', '\r', '\t':
		return 2
	}
	return len(`\u0000`)
}

func (w *writer) escape(c byte) {
	switch c {
	case '"', '\\':
		w.buf = append(w.buf, '\\', c)
	case '\n':
		w.text(`\n`)
	case '\r':
		w.text(`\r`)
	case '\t':
		w.text(`\t`)
	default:
		w.buf = append(w.buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
}
