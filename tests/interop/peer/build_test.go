//go:build interop

package peer

import (
	"strings"
	"testing"
)

// A program that is missing is named, with where it comes from.
func TestAMissingProgramIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, source := range sources {
		err := tool(t.Context(), ".", name, "--version")
		if err == nil || !strings.Contains(err.Error(), "there is no "+name) || !strings.Contains(err.Error(), source) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
