package codec

import (
	"errors"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

var errNotText = errors.New("text that is not UTF-8")

// string appends a text in quotes. It returns a longTextError if the text is too long, and
// errNotText if it is not UTF-8, unless it is for display: then such bytes are written as \xff.
func (w *writer) string(s string) error {
	if w.shown { // more bytes than maxBytes are not written in any case
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
			size, plainASCII := plainPrefix(s[at:])
			w.text(s[at : at+size])
			at, ascii = at+size, ascii && plainASCII
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

// longText is the number of bytes from which on reserve computes the size of a text before it is
// written. If that is too large, nothing of the text is written; if not, buf grows once.
const longText = 64 << 10

// reserve makes room in buf for the text in quotes. It returns a longTextError if buf would then
// have more than maxBytes.
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
	// If the text is shorter than buf, append grows buf in proportion, which also makes room for
	// more.
	if size > cap(w.buf)-len(w.buf) && size >= len(w.buf) {
		w.buf = append(make([]byte, 0, len(w.buf)+size+spareBytes), w.buf...)
	}
	return nil
}

// spareBytes is the room, in bytes, that reserve leaves behind a long text.
const spareBytes = 64

// escapeSize returns the number of bytes that escape writes.
func escapeSize(c byte) int {
	switch c {
	case '"', '\\', '\n', '\r', '\t':
		return 2
	}
	return len(`\u0000`)
}

// escape appends a byte for which needsEscape returns true.
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
