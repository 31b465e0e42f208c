package main

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryGuessLeadsToSomething(t *testing.T) {
	t.Parallel()
	for _, m := range declarations().Modules() {
		names := m.Names()
		for guess, meant := range m.Guesses {
			module, function, other := strings.Cut(meant, ".")
			elsewhere := declarations().Module(module)
			known := slices.Contains(names, meant) || strings.Contains(meant, " ") || other && elsewhere != nil && slices.Contains(elsewhere.Names(), function)
			if !known || slices.Contains(names, guess) {
				t.Errorf("%s.%s leads to %q", m.Name, guess, meant)
			}
		}
	}
}
