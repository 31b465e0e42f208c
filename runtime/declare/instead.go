package declare

import (
	"fmt"
	"slices"
	"strings"
)

// Instead suggests a replacement for a function that a module does not have, with a space before
// it: the module's text for this guess, a function of that name in another module, or the nearest
// name. It is empty if nothing is near.
func (r *Registry) Instead(m Module, name string) string {
	names := m.Names()
	if guess := m.Guesses[name]; slices.Contains(names, guess) {
		return fmt.Sprintf(" (did you mean %q?)", guess)
	} else if guess != "" {
		return fmt.Sprintf(" (%s)", guess)
	}
	if near := DidYouMean(name, names); near != "" {
		return near
	}
	return r.Elsewhere(name)
}

// Elsewhere names the modules that have a function of a name, with a space before it; empty if
// none has it.
func (r *Registry) Elsewhere(name string) string {
	var found []string
	for _, m := range r.Modules() {
		if !m.Global && slices.ContainsFunc(m.Funcs, func(f Func) bool { return f.Name == name }) {
			found = append(found, fmt.Sprintf("%q", m.Member(name)))
		}
	}
	if len(found) == 0 {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", strings.Join(found, " or "))
}
