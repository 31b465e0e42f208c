package audit

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Lines are read as what they are written as: a member that one side forgets, or spells in
// another way, is found here.
func TestALineIsEncodedAsItsTypeSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := line(t)
		text, err := newLineText(l.Run)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time in the memory of the first
			got := string(text.encode(l))
			want := l
			if l.Event == EventIDs {
				want.Run = Run{ID: l.Run.ID}
			}
			encoded, err := plainJSON(want)
			if err != nil || got != string(encoded)+"\n" {
				t.Fatalf("got  %s\nwant %s\n%v", got, encoded, err)
			}
			l.IDs = nil
		}
	})
}

func line(t *rapid.T) Line {
	word := rapid.OneOf(rapid.StringMatching(`[ -~]{0,20}`), rapid.String(), rapid.Just("<a&\"b\\>\n\x01é\u2028"))
	words := rapid.SliceOfN(word, 0, 3)
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
		},
		Outcome: word.Draw(t, "outcome"), Error: word.Draw(t, "error"),
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
