//go:build interop

package peer

import (
	"errors"
	"strings"
	"testing"
)

// An SDK that cannot be installed is named, with its registry.
func TestAMissingRegistryIsNamed(t *testing.T) {
	t.Parallel()
	for _, sdk := range append(Others(), SDK{TypeScript, "5.3.0"}) {
		registry := registries[sdk.Language]
		if err := sdk.notInstalled(errors.New("it does not answer")); registry == "" || !strings.Contains(err.Error(), sdk.String()+" from "+registry) {
			t.Errorf("without the registry of %s: %v", sdk, err)
		}
	}
}

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
