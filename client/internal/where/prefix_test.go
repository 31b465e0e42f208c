package where

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The range from a prefix to beyondPrefix has exactly the texts that start with it.
func TestTheRangeOfAPrefix(t *testing.T) {
	t.Parallel()
	runes := rapid.SampledFrom([]rune{'a', 'b', '-', '_', '%', 'Z', 'ä', '\u07ff', '\u0800', 0xD7FF, 0xE000, '\uffff', '😀', 0x10FFFF})
	text := func(most int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(runes, 0, most).Draw(t, "runes")) })
	}
	rapid.Check(t, func(t *rapid.T) {
		prefix, id := text(3).Filter(func(s string) bool { return s != "" }).Draw(t, "prefix"), text(5).Draw(t, "id")
		if rapid.Bool().Draw(t, "extends") {
			id = prefix + id
		}
		beyond := beyondPrefix(prefix)
		within := id >= prefix && (beyond == "" || id < beyond)
		if within != strings.HasPrefix(id, prefix) {
			t.Errorf("%q is within %q and %q: %v", id, prefix, beyond, within)
		}
	})
}
