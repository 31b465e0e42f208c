package grants

import (
	"slices"
	"strings"
)

// Exceeding returns the first value of inner that allows more than outer does, with its flag; an
// empty flag if there is none. An error is about a value that is no grant.
func Exceeding(inner, outer Lists) (flag, value string, err error) {
	granted, err := New(outer)
	if err != nil {
		return "", "", err
	}
	for _, kind := range []struct {
		flag   string
		values []string
		covers func(string) (bool, error)
	}{
		{FlagRead, inner.Read, covering(folder, granted.read, within)},
		{FlagWrite, inner.Write, covering(folder, granted.write, within)},
		{FlagNet, inner.Net, covering(parseHost, granted.net, func(h, of host) bool { return of.covers(h) })},
		{FlagEnv, inner.Env, covering(variable, granted.env, sameOrBelow)},
		{FlagExec, inner.Exec, covering(program, granted.exec, sameProgram)},
		{FlagDB, inner.DB, func(value string) (bool, error) { return slices.Contains(outer.DB, value), nil }},
	} {
		for _, value := range kind.values {
			if covered, err := kind.covers(value); err != nil || !covered {
				return kind.flag, value, err
			}
		}
	}
	return "", "", nil
}

// covering reads a value, and looks for a granted one that allows as much.
func covering[T any](parse func(string) (T, error), granted []T, covers func(value, of T) bool) func(string) (bool, error) {
	return func(text string) (bool, error) {
		value, err := parse(text)
		return err == nil && slices.ContainsFunc(granted, func(of T) bool { return covers(value, of) }), err
	}
}

func (h host) covers(inner host) bool {
	switch {
	case h.port != "" && h.port != inner.port:
		return false
	case h.anyone:
		return true
	case inner.anyone:
		return false
	case h.below:
		return strings.HasSuffix(inner.name, "."+h.name) || inner.below && inner.name == h.name
	}
	return !inner.below && inner.name == h.name
}

func sameOrBelow(name, of string) bool {
	prefix, all := strings.CutSuffix(of, "*")
	return name == of || all && strings.HasPrefix(name, prefix)
}

func sameProgram(name, of string) bool {
	if name == of {
		return true
	}
	path, err := lookUp(name)
	granted, missing := lookUp(of)
	return err == nil && missing == nil && path == granted
}
