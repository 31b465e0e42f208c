package command

import (
	"slices"
	"strings"
)

// usual are the variables that a program needs to find its way, and that hold no secret.
var usual = []string{"PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SYSTEMROOT", "COMSPEC", "PATHEXT"}

// Environment chooses what a program gets of the process's environment: the usual variables and those that are
// granted. What is given by name goes before.
func Environment(environ []string, granted func(name string) bool, given map[string]string) []string {
	var kept []string
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if _, replaced := given[name]; replaced {
			continue
		}
		if slices.Contains(usual, name) || strings.HasPrefix(name, "LC_") || granted(name) {
			kept = append(kept, variable)
		}
	}
	for name, value := range given {
		kept = append(kept, name+"="+value)
	}
	slices.Sort(kept)
	return kept
}

// Loads reports whether a variable makes the system load code into every program: to set it is to run that code.
func Loads(name string) bool {
	return strings.HasPrefix(name, "LD_") || strings.HasPrefix(name, "DYLD_")
}
