package grants

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Kinds returns the kinds of grants, which are the names of the flags behind --allow-.
func Kinds() []string { return []string{"read", "write", "net", "exec", "env", "db"} }

// of returns the values of a kind, or nil if there is no such kind.
func (l *Lists) of(kind string) *[]string {
	switch kind {
	case "read":
		return &l.Read
	case "write":
		return &l.Write
	case "net":
		return &l.Net
	case "exec":
		return &l.Exec
	case "env":
		return &l.Env
	case "db":
		return &l.DB
	}
	return nil
}

// Need adds a value that a script declares. The error says what is wrong with it, without the kind.
func (l *Lists) Need(kind, value string) error {
	var err error
	switch {
	case value == "":
		err = errEmpty
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		err = errControl
	case kind == "read", kind == "write":
		err = downward(value)
	case kind == "exec":
		err = downward(value)
	case kind == "net":
		_, err = parseHost(value)
	case kind == "env":
		_, err = variable(value)
	}
	if err != nil {
		return fmt.Errorf("%q: %w", value, err)
	}
	*l.of(kind) = append(*l.of(kind), value)
	return nil
}

var (
	errControl = errors.New("it has a control character, which a person who approves it would not see")
	errUpward  = errors.New("a need does not lead upwards by .., because its target would depend on the working directory: write a path below that, or an absolute one")
)

// downward returns an error for a path that climbs.
func downward(path string) error {
	if slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "..") {
		return errUpward
	}
	return nil
}

// Empty returns true if nothing is granted.
func (l Lists) Empty() bool {
	return !slices.ContainsFunc(Kinds(), func(kind string) bool { return len(*l.of(kind)) > 0 })
}

// Flags returns the flags that grant the same, quoted for a shell.
func (l Lists) Flags() (flags []string) {
	for _, kind := range Kinds() {
		for _, value := range *l.of(kind) {
			flags = append(flags, "--allow-"+kind+"="+quoted(value))
		}
	}
	return flags
}

// Plus returns the grants of both.
func (l Lists) Plus(more Lists) Lists {
	for _, kind := range Kinds() {
		list := l.of(kind)
		*list = slices.Concat(*list, *more.of(kind))
	}
	return l
}

// Settled returns the same grants by what they mean here and now: folders as absolute paths without
// links, and programs as the files that PATH leads to. The error is about a path that cannot be
// read.
func (l Lists) Settled() (Lists, error) {
	settled := Lists{Net: l.Net, Env: l.Env, DB: l.DB}
	for _, kind := range []string{"read", "write"} {
		for _, value := range *l.of(kind) {
			path, err := folder(value)
			if err != nil {
				return Lists{}, fmt.Errorf("%q: %w", value, reason(err))
			}
			list := settled.of(kind)
			*list = append(*list, path)
		}
	}
	for _, name := range l.Exec {
		wanted, err := program(name)
		if err != nil {
			return Lists{}, err
		}
		if path, missing := lookUp(wanted); missing == nil {
			if wanted, err = filepath.Abs(path); err != nil {
				return Lists{}, err
			}
		}
		settled.Exec = append(settled.Exec, wanted)
	}
	return settled, nil
}
