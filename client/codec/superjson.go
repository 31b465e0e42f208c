package codec

import (
	"errors"
	"strconv"
	"strings"
)

// The member by which the TypeScript SDK marks its superjson records.
const (
	superMarkerKey   = "__dbos_serializer"
	superMarkerValue = "superjson"
)

// decodeSuperJSON reads the TypeScript SDK's default serialization: a record with the marker, or
// the tagged JSON of its older releases.
//
// A Date becomes time.Time (a text if Go has no such date), undefined becomes nil, a bigint an
// integer, and a Set an array. A Map becomes an object if its keys are strings, and an array of
// pairs otherwise. NaN, the infinities and -0 are float64; Buffer and Uint8Array are []byte; a
// RegExp, a URL or a symbol is its text; an Error, an instance of a class or of a custom type is
// its stored data.
func decodeSuperJSON(text string) (any, error) {
	value, err := DecodeJSON(text)
	if err != nil {
		return nil, err
	}
	return revive(value, text)
}

// revive undoes the tagging of JSON that a TypeScript application may have
// written; untagged JSON is returned as it is.
func revive(value any, text string) (any, error) {
	if record, ok := superRecord(value); ok {
		return reviveSuper(record, len(text))
	}
	return reviveLegacy(value, text), nil
}

func superRecord(value any) (map[string]any, bool) {
	record, ok := value.(map[string]any)
	if !ok || record[superMarkerKey] != superMarkerValue {
		return nil, false
	}
	// A value that JSON cannot write, such as a function, leaves nothing but the marker.
	_, ok = record["json"]
	return record, ok || len(record) == 1
}

// reviveSuper applies the type annotations, then the equalities.
func reviveSuper(record map[string]any, textLength int) (any, error) {
	value := record["json"]
	meta, ok := record["meta"].(map[string]any)
	if !ok {
		return value, nil
	}
	version, _ := meta["v"].(int64)
	r := reviver{legacyPaths: version < 1}
	root := &notes{}
	if err := r.read(root, meta["values"]); err != nil {
		return nil, err
	}
	value, err := r.apply(value, root)
	if err != nil {
		return nil, err
	}
	if equalities := meta["referentialEqualities"]; equalities != nil {
		r.shared = true
		if value, err = r.equate(value, equalities); err != nil {
			return nil, err
		}
	}
	if r.maps || r.shared {
		return resolveMaps(value, newBudget(textLength))
	}
	return value, nil
}

type reviver struct {
	legacyPaths bool // written before superjson escaped backslashes
	maps        bool // the value holds a *jsMap
	shared      bool // parts of the value may be shared
}

// notes is the tree of type annotations, one node for each place.
type notes struct {
	kind     any // nil, a name, or an array of a family and a name
	children map[string]*notes
}

func (n *notes) child(name string) *notes {
	if c := n.children[name]; c != nil {
		return c
	}
	if n.children == nil {
		n.children = map[string]*notes{}
	}
	c := &notes{}
	n.children[name] = c
	return c
}

// read adds an annotation tree below n: an object of paths, or an array of a
// type and optionally the object of the paths within.
func (r *reviver) read(n *notes, tree any) error {
	switch tree := tree.(type) {
	case nil:
		return nil
	case map[string]any:
		return r.readPaths(n, tree)
	case []any:
		return r.readTyped(n, tree)
	}
	return errors.New("a type annotation is neither an object nor an array")
}

func (r *reviver) readTyped(n *notes, tree []any) error {
	if len(tree) == 0 || n.kind != nil {
		return errors.New("a type annotation is empty or given twice")
	}
	n.kind = tree[0]
	if len(tree) == 1 {
		return nil
	}
	return r.read(n, tree[1])
}

func (r *reviver) readPaths(n *notes, paths map[string]any) error {
	for path, tree := range paths {
		place := n
		for _, name := range r.split(path) {
			place = place.child(name)
		}
		if err := r.read(place, tree); err != nil {
			return err
		}
	}
	return nil
}

// split takes a path apart at its dots; a backslash escapes a dot, and since
// version 1 of the format another backslash.
func (r *reviver) split(path string) []string {
	if !strings.Contains(path, `\`) {
		return strings.Split(path, ".")
	}
	var names []string
	var name []byte
	for i := 0; i < len(path); i++ {
		switch {
		case path[i] == '\\' && i+1 < len(path) && r.escapes(path[i+1]):
			i++
			name = append(name, path[i])
		case path[i] == '.':
			names = append(names, string(name))
			name = name[:0]
		default:
			name = append(name, path[i])
		}
	}
	return append(names, string(name))
}

func (r *reviver) escapes(c byte) bool { return c == '.' || c == '\\' && !r.legacyPaths }

// apply revives the value's parts before the value itself. It ignores a path that leads nowhere.
func (r *reviver) apply(value any, n *notes) (any, error) {
	for name, child := range n.children {
		if err := r.applyPart(value, name, child); err != nil {
			return nil, err
		}
	}
	if n.kind == nil {
		return value, nil
	}
	return r.kind(value, n.kind)
}

func (r *reviver) applyPart(value any, name string, n *notes) error {
	switch container := value.(type) {
	case map[string]any:
		part, ok := container[name]
		if !ok {
			return r.applyDotted(container, name, n)
		}
		revived, err := r.apply(part, n)
		container[name] = revived
		return err
	case []any:
		i, ok := index(name, len(container))
		if !ok {
			return nil
		}
		revived, err := r.apply(container[i], n)
		container[i] = revived
		return err
	}
	return nil
}

// applyDotted takes up members with dots in their names, which releases of
// superjson with legacy paths left unescaped at the end of a path.
func (r *reviver) applyDotted(object map[string]any, name string, n *notes) error {
	const maxName = 256
	if !r.legacyPaths || len(name) > maxName {
		return nil
	}
	for next, child := range n.children {
		if err := r.applyPart(object, name+"."+next, child); err != nil {
			return err
		}
	}
	return nil
}

func index(name string, length int) (int, bool) {
	i, err := strconv.Atoi(name)
	return i, err == nil && 0 <= i && i < length
}
