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
