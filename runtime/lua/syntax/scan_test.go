package syntax

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestScannerKeepsWhatItReads holds the scanner to its promise: nothing but comments changes, and
// lines stay lines.
func TestScannerKeepsWhatItReads(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"x", "=", "'a--b'", "[[c\n]]", "--[[d\ne]]", "-- f\n", "1.5", "\n", " ", "..", "(", ")", "[=[g]]]=]", "\"\\\"\"", "--[==[\n]==]"})
	rapid.Check(t, func(rt *rapid.T) {
		source := strings.Join(rapid.SliceOf(word).Draw(rt, "words"), " ")
		s, err := scan(source)
		clean := string(s.lexer.clean)
		if len(clean) != len(source) || strings.Count(clean, "\n") != strings.Count(source, "\n") {
			rt.Fatalf("%q became %q", source, clean)
		}
		for i := range clean {
			if clean[i] != source[i] && clean[i] != ' ' {
				rt.Fatalf("%q became %q", source, clean)
			}
		}
		if err != nil && (err.Line < 1 || err.Line > strings.Count(source, "\n")+1) {
			rt.Fatalf("%q: error on line %d", source, err.Line)
		}
	})
}
