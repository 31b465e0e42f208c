package nearest

import "testing"

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
