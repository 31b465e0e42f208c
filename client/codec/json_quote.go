package codec

import (
	"errors"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

var errNotText = errors.New("text that is not UTF-8")

func (w *writer) string(s string) error {
	if w.shown {
		s = VisibleText(s[:min(len(s), w.most)])
	}
	if len(s) >= longText && !w.brief {
		if err := w.room(s); err != nil {
			return err
		}
	}
	w.buf = append(w.buf, '"')
	start, ascii := 0, true
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c < ' ':
			w.text(s[start:i])
			w.escape(c)
			if start = i + 1; len(w.buf) > w.most {
				return longTextError{w.most}
			}
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	if !ascii && !utf8.ValidString(s) {
		return errNotText
	}
	w.text(s[start:])
	w.buf = append(w.buf, '"')
	return nil
}

// longText is the number of bytes from which on the length of a text is computed before it is
// written, so that it is refused, or has its memory, at once.
const longText = 64 << 10

// room makes room for a text.
func (w *writer) room(s string) error {
	size := len(s) + len(`""`)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t':
			size++
		case c < ' ':
			size += len(`\u0000`) - 1
		}
	}
	if len(w.buf)+size > w.most {
		return longTextError{w.most}
	}
	if size > cap(w.buf)-len(w.buf) && size >= len(w.buf) { // shorter ones are better added by append
		w.buf = append(make([]byte, 0, len(w.buf)+size+spare), w.buf...)
	}
	return nil
}

// spare is the number of bytes for the text behind a long one.
const spare = 64

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
