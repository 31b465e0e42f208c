package audit

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestALineIsReadAsItWasWritten encodes any line, and reads it back.
func TestALineIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := line(t)
		var l Log
		if err := l.encodeRun(want.Run); err != nil {
			t.Fatal(err)
		}
		text, err := l.encode(want)
		if err != nil || strings.Count(string(text), "\n") != 1 || !strings.HasSuffix(string(text), "\n") {
			t.Fatalf("%q, %v", text, err)
		}
		if want.Event == EventIDs {
			want.Run = Run{ID: want.Run.ID}
		}
		var got Line
		if err := json.Unmarshal(text, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v\n%v", got, want, err)
		}
	})
}

// TestALineIsThatOfTheStandardEncoder compares any line with the one of encoding/json.
func TestALineIsThatOfTheStandardEncoder(t *testing.T) {
	t.Parallel()
	var l Log // of all lines, which share its memory
	rapid.Check(t, func(t *rapid.T) {
		line := line(t)
		if err := l.encodeRun(line.Run); err != nil {
			t.Fatal(err)
		}
		got, err := l.encode(line)
		if err != nil {
			t.Fatal(err)
		}
		if line.Event == EventIDs {
			line.Run = Run{ID: line.Run.ID}
		}
		if want, err := encoded(line); err != nil || string(got) != string(want) {
			t.Fatalf("got  %s\nwant %s\n%v", got, want, err)
		}
	})
}

// TestALineKeepsWhatHTMLWouldEscape, because a person reads the file.
func TestALineKeepsWhatHTMLWouldEscape(t *testing.T) {
	t.Parallel()
	var l Log
	if err := l.encodeRun(Run{ID: "r", Reason: "a<b>&c"}); err != nil {
		t.Fatal(err)
	}
	text, err := l.encode(Line{Event: EventEnd})
	if err != nil || !strings.Contains(string(text), `"reason":"a<b>&c"`) {
		t.Errorf("%s, %v", text, err)
	}
}

func line(t *rapid.T) Line {
	word := rapid.OneOf(rapid.StringMatching(`[ -~]{0,20}`), rapid.String(), rapid.Just("<a&\"b\\>\n\x01é\u2028"))
	words := rapid.OneOf(rapid.Just([]string(nil)), rapid.SliceOfN(word, 1, 3))
	number := rapid.IntRange(0, 3)
	l := Line{
		Time:  time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).UTC(),
		Event: rapid.SampledFrom([]string{EventChange, EventIDs, EventEnd}).Draw(t, "event"),
		Run: Run{
			ID: word.Draw(t, "run"), User: word.Draw(t, "user"), Sudo: word.Draw(t, "sudo"), Host: word.Draw(t, "host"), PID: number.Draw(t, "pid"),
			Profile: word.Draw(t, "profile"), Script: word.Draw(t, "script"), SHA256: word.Draw(t, "sha256"), Arguments: words.Draw(t, "arguments"),
			Reason: word.Draw(t, "reason"),
		},
		Change: Change{
			Number: number.Draw(t, "number"), Database: word.Draw(t, "database"), At: word.Draw(t, "at"), Operation: word.Draw(t, "operation"),
			Subject: word.Draw(t, "subject"), Count: number.Draw(t, "count"), IDs: words.Draw(t, "ids"), From: words.Draw(t, "from"),
			Name: word.Draw(t, "name"), Queue: word.Draw(t, "queue"), To: word.Draw(t, "to"),
		},
		Outcome: word.Draw(t, "outcome"), Error: word.Draw(t, "error"),
	}
	if rapid.Bool().Draw(t, "has a state before") {
		l.Before = []Before{{Status: word.Draw(t, "status"), Priority: int64(number.Draw(t, "priority")), Held: true, At: []int{1, 3}}, {At: []int{2, 2}}}
	}
	if rapid.Bool().Draw(t, "has changed") {
		changed := int64(number.Draw(t, "changed"))
		l.Changed = &changed
	}
	if rapid.Bool().Draw(t, "has ended") {
		code := number.Draw(t, "code")
		l.ExitCode = &code
	}
	return l
}
