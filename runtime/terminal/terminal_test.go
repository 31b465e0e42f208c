package terminal_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		line          string
		width, indent int
		want          string
	}{
		{"one two three", 0, 2, "one two three"},
		{"one two three", 13, 2, "one two three"},
		{"one two three", 12, 2, "one two\n  three"},
		{"one two three", 7, 2, "one two\n  three"},
		{"one two three", 6, 2, "one\n  two\n  three"},
		{"  hint: a  b c", 10, 4, "  hint: a \n    b c"},
		{"overlong a", 4, 0, "overlong\na"},
		{"日本 日本", 8, 1, "日本\n 日本"},
		{"\x1b[1mone two\x1b[0m", 7, 2, "\x1b[1mone two\x1b[0m"},
		{"one two", 2, 2, "one two"},
	} {
		if got := terminal.Wrap(test.line, test.width, test.indent); got != test.want {
			t.Errorf("%q in %d columns is %q, want %q", test.line, test.width, got, test.want)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "",
		"plain ä 日 👩‍👩‍👧 é":         "plain ä 日 👩‍👩‍👧 é",
		"a\nb\tc\r\n":               "a\nb\tc\n",
		"\x1b[31mred\x1b]0;t\a":     `\x1b[31mred\x1b]0;t\x07`,
		"over\rwritten\b":           `over\rwritten\x08`,
		"\u009b31m":                 `\u009b31m`,
		"\x9b31m":                   `\x9b31m`,
		"user\u202etxt.exe":         `user\u202etxt.exe`,
		"\u2066a\u2069\u200f\u061c": `\u2066a\u2069\u200f\u061c`,
		"a\u2028b\x7f\x00":          `a\u2028b\u007f\x00`,
		"\ufffd stays":              "\ufffd stays",
	} {
		if got := terminal.Text(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	if got := terminal.Line("a\nb\tc"); got != `a\nb\tc` {
		t.Errorf("a line is %q", got)
	}
}

// drives returns true if a terminal would obey a character.
func drives(text string) bool {
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") || r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return true
		}
	}
	return false
}

// Whatever is written, in whatever pieces, nothing drives the terminal, and what was harmless
// arrives unchanged.
func TestWriterIsHarmlessInPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		var out bytes.Buffer
		w := (&terminal.Screen{}).Writer(&out)
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "piece")
			if _, err := io.WriteString(w, rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if drives(out.String()) {
			t.Fatalf("%q is written as %q", text, out.String())
		}
		if !drives(text) && !strings.ContainsAny(text, "\u2028\u2029\ufff9\ufffa\ufffb\ufeff\U000e0001") && out.String() != text {
			t.Fatalf("%q became %q", text, out.String())
		}
	})
}

func TestStatusStandsBelowWhatIsWritten(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	screen := &terminal.Screen{}
	w, other := screen.Writer(&out), screen.Writer(&out)
	w.Status("1 of 2\x1b[2J")
	fmt.Fprintln(other, "a line")
	fmt.Fprint(other, "a question? ")
	w.Status("2 of 2")
	fmt.Fprintln(other, "yes")
	w.Status("")
	const erase = "\r\x1b[K"
	want := `1 of 2\x1b[2J` + erase + "a line\n" + `1 of 2\x1b[2J` + erase + "a question? yes\n2 of 2" + erase
	if out.String() != want {
		t.Errorf("%q\nwant\n%q", out.String(), want)
	}
}

func TestAHeldScreenKeepsItsOutput(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	screen := &terminal.Screen{}
	w, other := screen.Writer(&out), screen.Writer(&out)
	w.Status("1 of 2")
	out.Reset()
	release := w.Hold()
	fmt.Fprintln(other, "one")
	w.Status("2 of 2")
	fmt.Fprintln(w, "two")
	if got := out.String(); got != "\r\x1b[K" {
		t.Errorf("held, it writes %q", got)
	}
	out.Reset()
	release()
	release()
	if got, want := out.String(), "2 of 2\r\x1b[Kone\n2 of 2\r\x1b[Ktwo\n2 of 2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	out.Reset()
	defer w.Hold()()
	for i := range 3 {
		fmt.Fprintln(w, i, strings.Repeat("x", 1<<19))
	}
	w.Hold()()
	if got := out.String(); strings.Contains(got, "0 x") || !strings.Contains(got, "2 x") || len(got) > 1<<20+100 {
		t.Errorf("%d bytes are kept, beginning with %.10q", len(got), got)
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 µs", 12 * time.Microsecond: "12 µs", 605992093: "606 ms", 2400543 * time.Microsecond: "2.4 s", 999700 * time.Microsecond: "1 s",
		9990 * time.Millisecond: "10 s", 41 * time.Second: "41 s", 59700 * time.Millisecond: "1 min", 200 * time.Second: "3 min 20 s",
		time.Hour: "1 h", 125 * time.Minute: "2 h 5 min", 50 * time.Hour: "2 d 2 h", -time.Second: "-1 s",
	} {
		if got := terminal.Duration(d); got != want {
			t.Errorf("%d ns is %q, want %q", d, got, want)
		}
	}
}
