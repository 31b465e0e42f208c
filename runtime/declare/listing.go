package declare

import "reflect"

// A Listing is a result that is an array of items to a script, and has the fields of About beside
// them: `handles[1]`, `#handles` and `handles.changed`.
type Listing[T, A any] struct {
	Items []T
	About A
}

// Parts returns the items and the object whose fields the array has.
func (l Listing[T, A]) Parts() (items, about any) { return l.Items, l.About }

func (Listing[T, A]) types() (items, about reflect.Type) {
	return reflect.TypeFor[[]T](), reflect.TypeFor[A]()
}

// A Listed is a Listing of whatever types.
type Listed interface {
	Parts() (items, about any)
	types() (items, about reflect.Type)
}

func (b *builder) listing(t reflect.Type) (*Type, bool) {
	if !t.Implements(reflect.TypeFor[Listed]()) {
		return nil, false
	}
	items, about := reflect.Zero(t).Interface().(Listed).types()
	return &Type{Kind: KindList, Go: t, Elem: b.typeOf(items.Elem()), About: b.typeOf(about)}, true
}
