package nearest

import (
	"strings"
	"testing"
)

func TestSuggestion(t *testing.T) {
	t.Parallel()
	known := []string{"process_order", "send_mail", "slow"}
	for name, want := range map[string]string{
		"proces_order": ` (did you mean "process_order"?)`,
		"slw":          ` (did you mean "slow"?)`,
		"slow":         "",
		"refund":       "",
		"":             "",
	} {
		if got := Suggestion(name, known); got != want {
			t.Errorf("Suggestion(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestAmong(t *testing.T) {
	t.Parallel()
	many := []string{"a", "b", "c", "d", "e", "f"}
	for _, c := range []struct {
		name  string
		known []string
		want  string
	}{
		{"nightyl", []string{"hourly", "nightly"}, ` (did you mean "nightly"?)`},
		{"weekly", nil, ` (there are no schedules)`},
		{"linger", []string{"listen"}, ` (schedules: "listen")`},
		{"bear", []string{"bare"}, ` (did you mean "bare"?)`},
		{"weekly", []string{"zz", "b\n"}, ` (schedules: "b\n", "zz")`},
		{"weekly", many, ` (none of the 6 schedules is near)`},
		{"weekly", []string{strings.Repeat("ü", 300)}, ` (schedules: "` + strings.Repeat("ü", 50) + `…")`},
	} {
		if got := Among(c.name, c.known, "schedules"); got != c.want {
			t.Errorf("%q among %q: %q, want %q", c.name, c.known, got, c.want)
		}
	}
}
