package edit_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/hinshun/vt10x"
	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/lua/repl/edit"
)

const enter, tab, up, left = "\r", "\t", "\x1b[A", "\x1b[D"

// A memory is a history without a file.
type memory []string

func (m *memory) Len() int { return len(*m) }

func (m *memory) GetLine(at int) (string, error) { return (*m)[at], nil }

func (m *memory) Write(entry string) (int, error) {
	*m = append(*m, entry)
	return len(*m), nil
}

// newEditor reads keys; what it shows is on the terminal. An input is finished unless it ends
// with a backslash.
func newEditor(keys io.Reader, terminal io.Writer, width, height int, history *memory, candidates ...string) *edit.Editor {
	return edit.New(edit.Config{
		In: keys, Out: terminal, Size: func() (int, int) { return width, height },
		Raw:    func() (func(), error) { return func() {}, nil },
		Prompt: "dbos> ", Continued: "  ..> ", History: history,
		Finished: func(text string) bool { return !strings.HasSuffix(text, "\\") },
		Complete: func(text string) (found edit.Completion) {
			word := text[strings.LastIndexAny(text, " \"")+1:]
			found.Typed = len(word)
			for _, c := range candidates {
				if strings.HasPrefix(c, word) {
					found.Candidates = append(found.Candidates, edit.Candidate{Text: c, After: "\""})
				}
			}
			return found
		},
	})
}

// read returns the input that keys make.
func read(t *testing.T, keys string, candidates ...string) string {
	t.Helper()
	text, err := newEditor(strings.NewReader(keys+enter), io.Discard, 80, 24, new(memory), candidates...).Read()
	if err != nil {
		t.Fatalf("%q: %v", keys, err)
	}
	return text
}

// look returns what the terminal shows after keys, without the blanks at the ends, and the column
// and row of the cursor.
func look(t *testing.T, width, height int, keys string, history *memory, candidates ...string) (text string, x, y int) {
	t.Helper()
	terminal := vt10x.New(vt10x.WithSize(width, height))
	in := io.MultiReader(strings.NewReader(keys), iotest.ErrReader(errors.New("the test looks")))
	stopped := &stopping{Writer: terminal}
	defer func() {
		if recover() == nil {
			t.Error("the editor went on")
		}
		var lines []string
		for _, line := range strings.Split(terminal.String(), "\n") {
			lines = append(lines, strings.TrimRight(line, " "))
		}
		text, x, y = strings.TrimRight(strings.Join(lines, "\n"), "\n"), terminal.Cursor().X, terminal.Cursor().Y
	}()
	_, _ = newEditor(&atEnd{in, stopped}, stopped, width, height, history, candidates...).Read()
	return "", 0, 0
}

// stopping panics instead of writing once it is stopped, so that the screen stays as the last key
// left it.
type stopping struct {
	io.Writer
	stopped bool
}

func (s *stopping) Write(p []byte) (int, error) {
	if s.stopped {
		panic("stopped")
	}
	return s.Writer.Write(p)
}

// atEnd stops the terminal when the keys are used up.
type atEnd struct {
	io.Reader
	terminal *stopping
}

func (a *atEnd) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	a.terminal.stopped = err != nil
	return n, err
}

func TestEveryLetterArrives(t *testing.T) {
	t.Parallel()
	for r := rune(0x20); r < 0x2500; r++ {
		if r == 0x7f {
			continue
		}
		if got := read(t, "a"+string(r)+"b"); got != "a"+string(r)+"b" {
			t.Errorf("U+%04X is read as %q", r, got)
		}
	}
}

func TestALetterIsShownAsItIsTyped(t *testing.T) {
	t.Parallel()
	for r := rune(0xa0); r < 0x500; r++ {
		if !unicode.IsLetter(r) && r > 0xff {
			continue
		}
		text, x, _ := look(t, 40, 4, "["+string(r)+"]", new(memory))
		if want := "dbos> [" + string(r) + "]"; text != want || x != 9 {
			t.Errorf("U+%04X is shown as %q, the cursor in column %d", r, text, x)
		}
	}
}

func TestControlsAreShownByTheirNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\u0085":                    "<U+0085>",
		"\u009b":                    "<U+009B>",
		"\u202e":                    "<U+202E>",
		"\u200b":                    "<U+200B>",
		"\xe4x":                     "<E4>x",
		"\xff":                      "<FF>",
		"\x16\x1b":                  "^[",
		"\x1b[200~\x01\x1b[201~":    "^A",
		"\x1b[200~a\tb\x1b[201~":    "a    b",
		"\x1b[200~\x1b[2J\x1b[201~": "^[[2J",
	} {
		if got, _, _ := look(t, 40, 4, text+".", new(memory)); got != "dbos> "+want+"." {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}

func TestTextInAnyPiecesIsTheSame(t *testing.T) {
	t.Parallel()
	const text = "Müller straße 日本 e\u0301 👩\u200d👩\u200d👧 \xff ż"
	for _, keys := range []string{text, "\x1b[200~" + text + "\x1b[201~", "x" + left + text + "\x1b[3~", text + "y" + "\x7f"} {
		got, err := newEditor(iotest.OneByteReader(strings.NewReader(keys+enter)), io.Discard, 80, 24, new(memory)).Read()
		if err != nil || got != text {
			t.Errorf("%q is read as %q, %v", keys, got, err)
		}
	}
}

func TestAnyBytesAreReadInAnyPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"a", "ä", "日", "\u0301", "👩\u200d👧", "\xff", "\xe4", "\x1b[D", "\x1b[A", "\x7f", "\x1b", "\x01", "\x17",
			"\x1b[200~p\rq\x1b[201~", "\x12", "\t", "\x1bb", "\x1f", "\x14", "\x0b", "\x19", "\x1b[1;5C", "\x1bu"})
		keys := strings.Join(rapid.SliceOfN(piece, 0, 30).Draw(t, "keys"), "") + "\x07\x05" + enter + enter
		width := rapid.IntRange(1, 20).Draw(t, "width")
		terminal := vt10x.New(vt10x.WithSize(width, 5))
		whole, err := newEditor(strings.NewReader(keys), io.Discard, 80, 24, &memory{"alt", "neu"}).Read()
		pieces, otherErr := newEditor(iotest.OneByteReader(strings.NewReader(keys)), terminal, width, 5, &memory{"alt", "neu"}).Read()
		if whole != pieces || fmt.Sprint(err) != fmt.Sprint(otherErr) {
			t.Errorf("at once %q, %v; byte by byte %q, %v", whole, err, pieces, otherErr)
		}
	})
}

func TestEditing(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]string{
		"abc\x7f":                       "ab",
		"ae\u0301\x7f":                  "a",
		"a👩\u200d👩\u200d👧\x7f":          "a",
		"a🇩🇪\x7fb":                      "ab",
		"ä" + left + "x":                "xä",
		"e\u0301" + left + "x":          "xe\u0301",
		"日本" + left + "x":               "日x本",
		"abc\x01x":                      "xabc",
		"abc\x01\x1b[3~":                "bc",
		"äbc\x01\x04":                   "bc",
		"one two\x17x":                  "one x",
		"größe straße\x1b\x7fx":         "größe x",
		"one two\x15x":                  "x",
		"one two\x1bb\x0b":              "one ",
		"one two\x1bb\x0b\x01\x19":      "twoone ",
		"ab\x14":                        "ba",
		"abc\x1f\x1f":                   "",
		"über\x01\x1bu":                 "ÜBER",
		"ÜBER\x01\x1bl":                 "über",
		"über\x01\x1bc":                 "Über",
		"a\\" + enter + "b":             "a\\\nb",
		"a\x1b\rb":                      "a\nb",
		"äb\x1b\rcd" + up + "x":         "äbx\ncd",
		"日\x1b\rcd" + up + "x":          "日x\ncd",
		"ab\x1b\rcd\x1b[A\x1b[Bx":       "ab\ncdx",
		"x\x1b[200~1\r\n2\r3\x1b[201~y": "x1\n2\n3y",
		"x\x1b[15~\x1b[1;2P\x1bOPy":     "xy",
		"x\x1b[[Ay":                     "xy",
		"x\x1b[24;80Ry":                 "xy",
	} {
		if got := read(t, keys); got != want {
			t.Errorf("%q makes %q, want %q", keys, got, want)
		}
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	names := []string{"müller-1", "müller-2", "straße"}
	for keys, want := range map[string]string{
		"\"str" + tab:                 "\"straße\"",
		"\"m" + tab:                   "\"müller-",
		"\"m" + tab + tab:             "\"müller-1",
		"\"m" + tab + tab + tab:       "\"müller-2",
		"\"m" + tab + tab + tab + tab: "\"müller-1",
		"\"m" + tab + "\x1b[Z":        "\"müller-2",
		"\"m" + tab + tab + "\x07":    "\"müller-",
		"\"m" + tab + "2":             "\"müller-2",
		"\"x" + tab:                   "\"x",
		"\"str\"" + left + tab:        "\"straße\"",
	} {
		if got := read(t, keys, names...); got != want {
			t.Errorf("%q makes %q, want %q", keys, got, want)
		}
	}
	if text, x, y := look(t, 40, 6, "\"m"+tab, new(memory), names...); text != "dbos> \"müller-\nmüller-1  müller-2" || x != 14 || y != 0 {
		t.Errorf("the menu is shown as %q, the cursor at %d, %d", text, x, y)
	}
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf("order-%d-with-a-long-name", i)
	}
	text, _, _ := look(t, 40, 10, "o"+tab, new(memory), many...)
	if !strings.HasSuffix(text, "order-7-with-a-long-name\n92 more (type on, or walk through them …") && !strings.Contains(text, "more (type on") {
		t.Errorf("a long menu is shown as\n%s", text)
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]string{
		up:                         "drei",
		up + up:                    "zwei = 'ü'\nx",
		up + up + up + up:          "eins",
		up + up + up + up + up:     "eins",
		"x" + up + "\x1b[B":        "x",
		"\x1b<":                    "eins",
		"\x12ü":                    "zwei = 'ü'\nx",
		"\x12i":                    "drei",
		"\x12i\x12":                "zwei = 'ü'\nx",
		"\x12i\x12\x12":            "eins",
		"\x12i\x12\x12\x13":        "zwei = 'ü'\nx",
		"a\x12nichts\x07":          "a",
		"\x12eins\x05!":            "eins!",
		"\x12einx\x7fs\x1b\x1b[F?": "eins?",
	} {
		history := &memory{"eins", "zwei = 'ü'\nx", "drei"}
		got, err := newEditor(strings.NewReader(keys+enter), io.Discard, 80, 24, history).Read()
		if err != nil || got != want || (*history)[len(*history)-1] != want {
			t.Errorf("%q makes %q, want %q, %v", keys, got, want, err)
		}
	}
}

func TestTheEndOfAnInput(t *testing.T) {
	t.Parallel()
	for keys, want := range map[string]error{"\x04": io.EOF, "x\x04\x03": edit.ErrInterrupted, "ä\x03": edit.ErrInterrupted, "": io.EOF, "x\x15\x04": io.EOF} {
		if _, err := newEditor(strings.NewReader(keys), io.Discard, 80, 24, new(memory)).Read(); !errors.Is(err, want) {
			t.Errorf("%q ends with %v, want %v", keys, err, want)
		}
	}
	keys := strings.NewReader("eins" + enter + "zw\xc3\xb6lf" + enter + "\x04")
	e := newEditor(keys, io.Discard, 80, 24, new(memory))
	for _, want := range []string{"eins", "zwölf"} {
		if got, err := e.Read(); got != want || err != nil {
			t.Errorf("%q is read, %v, want %q", got, err, want)
		}
	}
	if _, err := e.Read(); !errors.Is(err, io.EOF) {
		t.Errorf("the end is %v", err)
	}
}

func TestLongInputs(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("größer = 'Straße'; -- 日本\n", 4000)
	for _, keys := range []string{"\x1b[200~" + strings.ReplaceAll(text, "\n", "\r") + "\x1b[201~", strings.ReplaceAll(text, "\n", " ")} {
		got := read(t, keys)
		if strings.ReplaceAll(got, "\n", " ") != strings.ReplaceAll(text, "\n", " ") {
			t.Errorf("%d bytes are read as %d", len(text), len(got))
		}
	}
}

func TestDrawing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		keys, text string
		x, y       int
	}{
		{"abc", "dbos> abc", 9, 0},
		{"abc" + left + left, "dbos> abc", 7, 0},
		{"0123456789abc", "dbos> 0123456789abc", 19, 0},
		{"0123456789abcd", "dbos> 0123456789abcd", 0, 1},
		{"0123456789abcdef" + left, "dbos> 0123456789abcd\nef", 1, 1},
		{"a\\" + enter + "b", "dbos> a\\\n  ..> b", 7, 1},
		{"a\\" + enter + "b\\" + enter + "c" + up, "dbos> a\\\n  ..> b\\\n  ..> c", 7, 1},
		{"1\\\r2\\\r3\\\r4\\\r5\\\r6\\\r7", "  ..> 3\\\n  ..> 4\\\n  ..> 5\\\n  ..> 6\\\n  ..> 7", 7, 4},
		{"1\\\r2\\\r3\\\r4\\\r5\\\r6\\\r7" + strings.Repeat(up, 6), "dbos> 1\\\n  ..> 2\\\n  ..> 3\\\n  ..> 4\\\n  ..> 5\\", 7, 0},
		{"\x12abc", "dbos>\nnothing older or n…", 6, 0},
	} {
		if text, x, y := look(t, 20, 5, c.keys, new(memory)); text != c.text || x != c.x || y != c.y {
			t.Errorf("%q is shown as\n%s\nwith the cursor at %d, %d", c.keys, text, x, y)
		}
	}
	if text, _, _ := look(t, 10, 5, "abc", new(memory)); text != "> abc" {
		t.Errorf("a narrow window shows %q", text)
	}
}
