package edit

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// A key is a key press, a run of typed text, or a paste.
type key struct {
	name string // typed, pasted, or a key such as enter, ctrl-a, alt-b, up; ignored for keys without a meaning
	text string // of typed and pasted
	raw  string // bytes as the terminal sent them
}

const (
	typed   = "typed"
	pasted  = "pasted"
	ignored = "ignored"
)

const (
	escape     = 0x1b
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// maxSequence is the number of bytes after which an escape sequence without an end is dropped.
const maxSequence = 64

// A decoder turns the bytes of a terminal into keys. A character or an escape sequence that
// arrives in several reads is put together, however long the next read takes: so an escape key by
// itself waits for the key after it.
type decoder struct {
	in      io.Reader
	pending []byte
	chunk   [4096]byte
	ended   error // of the reader, returned once pending is used up
}

// next returns the next key, and the error of the reader after the last one.
func (d *decoder) next() (key, error) {
	for {
		if k, size := scan(d.pending); size > 0 {
			k.raw = string(d.pending[:size])
			d.pending = d.pending[size:]
			return k, nil
		}
		if d.ended != nil {
			return d.rest()
		}
		n, err := d.in.Read(d.chunk[:])
		d.pending = append(d.pending, d.chunk[:n]...)
		if n == 0 && err == nil {
			err = io.ErrNoProgress
		}
		d.ended = err
	}
}

// rest returns an incomplete sequence at the end of the input as text.
func (d *decoder) rest() (key, error) {
	if len(d.pending) == 0 {
		err := d.ended
		if !errors.Is(err, io.EOF) {
			d.ended = nil
		}
		return key{}, err
	}
	text := strings.TrimPrefix(string(d.pending), pasteBegin)
	d.pending = nil
	return key{name: pasted, text: lineEnds(text)}, nil
}

// idle returns true if all that was read has been used, so that it is time to draw.
func (d *decoder) idle() bool {
	_, size := scan(d.pending)
	return size == 0
}

// scan returns the first key of some bytes and its size; the size is 0 if more bytes are needed.
func scan(b []byte) (key, int) {
	switch {
	case len(b) == 0:
		return key{}, 0
	case b[0] == escape:
		return scanEscape(b)
	case b[0] == '\r' && len(b) > 1 && b[1] == '\n':
		return key{name: "enter"}, 2
	case isControl(b[0]):
		return key{name: controlName(b[0])}, 1
	}
	end := 0
	for end < len(b) && !isControl(b[end]) && utf8.FullRune(b[end:]) {
		_, size := utf8.DecodeRune(b[end:])
		end += size
	}
	return key{name: typed, text: string(b[:end])}, end
}

func isControl(b byte) bool { return b < 0x20 || b == 0x7f }

func controlName(b byte) string {
	switch b {
	case '\r', '\n':
		return "enter"
	case '\t':
		return "tab"
	case 0x7f, '\b':
		return "backspace"
	case 0:
		return "ctrl-space"
	case escape:
		return "escape"
	}
	return "ctrl-" + strings.ToLower(string(rune(b|0x40)))
}

// scanEscape reads a sequence that begins with an escape.
func scanEscape(b []byte) (key, int) {
	if len(b) == 1 {
		return key{}, 0
	}
	switch b[1] {
	case escape:
		return key{name: "escape"}, 1
	case '[':
		return scanCSI(b)
	case 'O':
		if len(b) == 2 {
			return key{}, 0
		}
		return key{name: finalName(b[2], "")}, 3
	}
	if isControl(b[1]) {
		return key{name: "alt-" + controlName(b[1])}, 2
	}
	if !utf8.FullRune(b[1:]) {
		return key{}, 0
	}
	_, size := utf8.DecodeRune(b[1:])
	return key{name: "alt-" + string(b[1:1+size])}, 1 + size
}

// scanCSI reads a control sequence: ESC [, parameters, and a final byte.
func scanCSI(b []byte) (key, int) {
	if bytes.HasPrefix(b, []byte(pasteBegin)) {
		return scanPaste(b)
	}
	end := 2
	for end < len(b) && b[end] >= 0x20 && b[end] < 0x40 {
		end++
	}
	switch {
	case end == len(b) && end < maxSequence:
		return key{}, 0
	case end == len(b) || b[end] > 0x7e || b[end] < 0x20:
		return key{name: ignored}, end
	case b[end] == '[' && end+1 == len(b): // the function keys of the Linux console
		return key{}, 0
	case b[end] == '[':
		return key{name: ignored}, end + 2
	}
	return key{name: sequenceName(string(b[2:end]), b[end])}, end + 1
}

func scanPaste(b []byte) (key, int) {
	text := b[len(pasteBegin):]
	end := bytes.Index(text, []byte(pasteEnd))
	if end < 0 {
		return key{}, 0
	}
	return key{name: pasted, text: lineEnds(string(text[:end]))}, len(pasteBegin) + end + len(pasteEnd)
}

// lineEnds makes every line end a newline; a terminal pastes returns.
func lineEnds(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// sequenceName names the key of a control sequence: 1;5 and C is ctrl-right.
func sequenceName(parameters string, final byte) string {
	fields := strings.Split(parameters, ";")
	modifier := ""
	if len(fields) > 1 {
		modifier = modifierName(fields[1])
	}
	switch {
	case final == '~' && len(fields) == 3 && fields[0] == "27":
		return codeName(fields[2], modifier)
	case final == '~':
		return tildeName(fields[0], modifier)
	case final == 'u':
		return codeName(fields[0], modifier)
	}
	return finalName(final, modifier)
}

// modifierName reads the number that terminals send for the keys that are held: 1 and a bit for
// each.
func modifierName(number string) string {
	switch number {
	case "3", "4":
		return "alt-"
	case "5", "6":
		return "ctrl-"
	case "7", "8":
		return "alt-"
	}
	return ""
}

// codeName names a key that is sent as the number of its character. Return with any key held
// begins a new line.
func codeName(code, modifier string) string {
	switch code {
	case "13":
		return "alt-enter"
	case "9":
		return "shift-tab"
	case "27":
		return "escape"
	case "127":
		return modifier + "backspace"
	}
	return ignored
}

func tildeName(number, modifier string) string {
	switch number {
	case "1", "7":
		return "home"
	case "4", "8":
		return "end"
	case "3":
		return modifier + "delete"
	}
	return ignored
}

func finalName(final byte, modifier string) string {
	switch final {
	case 'A':
		return modifier + "up"
	case 'B':
		return modifier + "down"
	case 'C':
		return modifier + "right"
	case 'D':
		return modifier + "left"
	case 'H':
		return "home"
	case 'F':
		return "end"
	case 'Z':
		return "shift-tab"
	case 'M':
		return "enter"
	}
	return ignored
}
