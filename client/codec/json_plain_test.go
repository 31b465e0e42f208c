package codec

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Wherever the first byte that needs an escape stands in its word of eight, plainPrefix ends there.
func TestPlainPrefixEndsAtTheFirstEscape(t *testing.T) {
	t.Parallel()
	plain := rapid.StringOfN(rapid.RuneFrom([]rune("a~ !#[]é語\u0080\u00a2\u00dc")), 0, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		before, after := plain.Draw(t, "before"), plain.Draw(t, "after")
		special := rapid.SampledFrom([]string{`"`, `\`, "\n", "\x00", "\x1f", ""}).Draw(t, "special")
		ascii := strings.IndexFunc(before, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
		if special == "" {
			after = ""
		}
		size, only := plainPrefix(before + special + after)
		if size != len(before) || only != ascii {
			t.Fatalf("%q: %d bytes, ASCII %v", before+special+after, size, only)
		}
	})
}

// The room that is made for a long text is the size that its escapes need.
func TestALongTextHasItsRoomAtOnce(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"x", "\n", "\x01", "a line\n", `"`, "größer"} {
		w := writer{maxBytes: maxEncoded}
		text := strings.Repeat(unit, longText)
		if err := w.reserve(text); err != nil {
			t.Fatal(err)
		}
		room := cap(w.buf)
		if err := w.string(text); err != nil || cap(w.buf) != room || len(w.buf)+spareBytes != room {
			t.Errorf("%q: room for %d bytes, %d written in room for %d, %v", unit, room, len(w.buf), cap(w.buf), err)
		}
	}
}
