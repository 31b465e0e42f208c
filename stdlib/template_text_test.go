package stdlib

import (
	"errors"
	"strings"
	"testing"
)

// TestTextsThatATemplateMakesAreBounded doubles a text of backslashes with each call.
func TestTextsThatATemplateMakesAreBounded(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"js $x", "json $x", `printf "%s%s" $x $x`, "print $x $x"} {
		text := "{{$x := .}}" + strings.Repeat("{{$x = "+call+"}}", 29)
		if _, err := rendered(t.Context(), text, `\`, false); !errors.Is(err, errLongText) {
			t.Errorf("%s: %v", call, err)
		}
	}
	long := strings.Repeat("&", longestText/6+1)
	for _, call := range []string{"html .", "js .", "urlquery .", "json ."} {
		if _, err := rendered(t.Context(), "{{$x := "+call+"}}", long, false); !errors.Is(err, errLongText) {
			t.Errorf("%s of %d bytes: %v", call, len(long), err)
		}
		if text, err := rendered(t.Context(), "{{"+call+"}}", "a", false); err != nil || strings.Trim(text, `"`) != "a" {
			t.Errorf("%s: %q, %v", call, text, err)
		}
	}
}
