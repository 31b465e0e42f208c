package codec

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// equate fills in the places that superjson left null because they hold the
// same object as another place. Places that hold a copy already stay.
func (r *reviver) equate(value any, equalities any) (any, error) {
	groups := equalities
	if pair, ok := equalities.([]any); ok {
		if len(pair) == 0 {
			return value, nil
		}
		if err := r.equateRoot(value, pair[0]); err != nil {
			return nil, err
		}
		if groups = nil; len(pair) > 1 {
			groups = pair[1]
		}
	}
	members, _ := groups.(map[string]any)
	for _, source := range slices.Sorted(maps.Keys(members)) {
		if err := r.equateGroup(value, source, members[source]); err != nil {
			return nil, err
		}
	}
	return value, nil
}

// equateRoot returns an error if a place would hold the whole value, which would contain itself.
func (r *reviver) equateRoot(value, targets any) error {
	return r.eachEmpty(value, targets, func(path string, _ func(any)) error {
		return fmt.Errorf("%q is the whole value: it contains itself", path)
	})
}

// equateGroup puts the value at source into the target places.
func (r *reviver) equateGroup(value any, source string, targets any) error {
	names := r.split(source)
	same, ok := get(value, names)
	if !ok {
		return fmt.Errorf("a reference names the place %q, which does not exist", source)
	}
	return r.eachEmpty(value, targets, func(path string, set func(any)) error {
		if inside(r.split(path), names) {
			return fmt.Errorf("%q is %q: the value contains itself", path, source)
		}
		set(same)
		return nil
	})
}

// inside returns true if path is outer, or a place in it.
func inside(path, outer []string) bool {
	if len(path) < len(outer) {
		return false
	}
	for i, name := range outer {
		if path[i] != name {
			return false
		}
	}
	return true
}

// eachEmpty calls use for every target path that holds null.
func (r *reviver) eachEmpty(value, targets any, use func(path string, set func(any)) error) error {
	paths, ok := targets.([]any)
	if !ok {
		return errors.New("references are not an array of paths")
	}
	for _, path := range paths {
		text, _ := path.(string)
		set, ok := slot(value, r.split(text))
		if !ok {
			continue
		}
		if err := use(text, set); err != nil {
			return err
		}
	}
	return nil
}

// get returns the value at a path. For a Map of JavaScript, the path has the number of a row and
// then 0 for the row's key or 1 for its value.
func get(value any, names []string) (any, bool) {
	for _, name := range names {
		var ok bool
		if value, ok = part(value, name); !ok {
			return nil, false
		}
	}
	return value, true
}

func part(value any, name string) (any, bool) {
	switch container := value.(type) {
	case map[string]any:
		member, ok := container[name]
		return member, ok
	case *jsMap:
		return part(container.rows, name)
	case []any:
		if i, ok := index(name, len(container)); ok {
			return container[i], true
		}
	}
	return nil, false
}

// slot returns a function that sets the value at a path, or false if the place does not exist or
// holds something other than null.
func slot(value any, names []string) (func(any), bool) {
	last := len(names) - 1
	parent, ok := get(value, names[:last])
	if !ok {
		return nil, false
	}
	if now, ok := part(parent, names[last]); !ok || now != nil {
		return nil, false
	}
	return setter(parent, names[last]), true
}

func setter(parent any, name string) func(any) {
	switch container := parent.(type) {
	case map[string]any:
		return func(v any) { container[name] = v }
	case *jsMap:
		return setter(container.rows, name)
	case []any:
		i, _ := index(name, len(container))
		return func(v any) { container[i] = v }
	}
	return func(any) {}
}
