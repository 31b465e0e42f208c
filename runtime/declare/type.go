package declare

import (
	"encoding/json"
	"math/big"
	"reflect"
	"time"
)

// Kind is the sort of a script type.
type Kind int

// The kinds.
const (
	KindInvalid  Kind = iota // a Go type that no script value stands for
	KindAny                  // JSON data
	KindString               // string
	KindBool                 // boolean
	KindInteger              // integral number, or an exact integer
	KindNumber               // number
	KindDuration             // seconds, or text
	KindTime                 // a time object, or any argument of ParseTime
	KindList                 // array of Elem
	KindMap                  // table from strings to Elem
	KindStruct               // arguments: a table with known keys; results: a record
	KindObject               // a value whose Go type has a Class
	KindError                // a Go error, seen as an error object
	KindIterator             // results: a function for the generic for
	KindCallback             // a Lua function
	KindRaw                  // any Lua value, kept as it is
	KindItem                 // results: an item of the argument "items"
)

// Type is a script type read from a Go type.
type Type struct {
	Kind     Kind
	Go       reflect.Type // for an optional one without the pointer, unless the pointer itself has a class
	Elem     *Type        // of a list, a map or an iterator
	About    *Type        // of a list that has the fields of an object, the object
	More     []*Type      // further values of an iterator, after Elem
	Table    *Table       // keys of a struct, as argument
	Optional bool         // a pointer: nil stands for not given, or none
}

var (
	typeAny      = reflect.TypeFor[any]()
	typeBytes    = reflect.TypeFor[[]byte]()
	typeBig      = reflect.TypeFor[*big.Int]()
	typeCallback = reflect.TypeFor[Callback]()
	typeDuration = reflect.TypeFor[time.Duration]()
	typeError    = reflect.TypeFor[error]()
	typeLazy     = reflect.TypeFor[Lazy]()
	typeNumber   = reflect.TypeFor[json.Number]()
	typeRaw      = reflect.TypeFor[Raw]()
	typeTime     = reflect.TypeFor[time.Time]()
)

// exactKind is the kind of the types that mean more than their Go kind; KindInvalid for all others.
func exactKind(t reflect.Type) Kind {
	switch t {
	case typeAny, typeLazy:
		return KindAny
	case typeBytes:
		return KindString
	case typeBig:
		return KindInteger
	case typeNumber:
		return KindNumber
	case typeDuration:
		return KindDuration
	case typeTime:
		return KindTime
	case typeError:
		return KindError
	case typeCallback:
		return KindCallback
	case typeRaw:
		return KindRaw
	case typeItem:
		return KindItem
	}
	return KindInvalid
}

func basicKind(k reflect.Kind) Kind {
	switch k {
	case reflect.Bool:
		return KindBool
	case reflect.String:
		return KindString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return KindInteger
	case reflect.Float32, reflect.Float64:
		return KindNumber
	case reflect.Interface:
		return KindObject
	case reflect.Struct:
		return KindStruct
	}
	return KindInvalid
}

// ArgumentType returns the type of an argument.
func ArgumentType(t reflect.Type) *Type {
	b := builder{seen: map[reflect.Type]*Table{}}
	return b.typeOf(t)
}

func (b *builder) typeOf(t reflect.Type) *Type {
	if kind := exactKind(t); kind != KindInvalid {
		return &Type{Kind: kind, Go: t}
	}
	if listing, ok := b.listing(t); ok && b.results {
		return listing
	}
	if elem, ok := iterates(t); ok && b.results {
		return b.iterator(t, elem)
	}
	if kind := basicKind(t.Kind()); kind != KindInvalid {
		return b.basic(kind, t)
	}
	return b.composed(t)
}

func (b *builder) iterator(t, elem reflect.Type) *Type {
	typ := &Type{Kind: KindIterator, Go: t}
	for i, part := range results(elem) {
		if i == 0 {
			typ.Elem = b.typeOf(part)
			typ.Elem.Optional = false // a pointer saves a copy; nil would end the loop
			continue
		}
		typ.More = append(typ.More, b.typeOf(part))
	}
	return typ
}

func (b *builder) basic(kind Kind, t reflect.Type) *Type {
	typ := &Type{Kind: kind, Go: t}
	if kind == KindStruct && !b.results {
		typ.Table = b.table(t)
	}
	return typ
}

func (b *builder) composed(t reflect.Type) *Type {
	switch t.Kind() {
	case reflect.Pointer:
		elem := *b.typeOf(t.Elem())
		elem.Optional = true
		return &elem
	case reflect.Slice:
		return &Type{Kind: KindList, Go: t, Elem: b.typeOf(t.Elem())}
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return &Type{Kind: KindMap, Go: t, Elem: b.typeOf(t.Elem())}
		}
	}
	return &Type{Kind: KindInvalid, Go: t}
}

// iterates returns the type that a range-over-func of values, or of values and errors, yields.
func iterates(t reflect.Type) (reflect.Type, bool) {
	if !t.CanSeq() && !t.CanSeq2() || t.Kind() != reflect.Func {
		return nil, false
	}
	yield := t.In(0)
	if yield.NumIn() == 2 && yield.In(1) != typeError {
		return nil, false
	}
	return yield.In(0), true
}

// scalar reports whether a list of the type may be written as a single value.
func (t *Type) scalar() bool {
	switch t.Kind {
	case KindString, KindBool, KindInteger, KindNumber, KindDuration, KindTime:
		return true
	}
	return false
}
