package journal

import (
	"reflect"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A structPlan has the fields of a struct that are recorded.
type structPlan struct {
	fields []structField
	byName map[string]int // the field's index in the struct
	hidden string         // a field that cannot be recorded, or ""
}

type structField struct {
	index  int
	quoted string // the name in JSON, with a colon after it
}

func (p *typePlans) structOf(t reflect.Type) *structPlan {
	if made, ok := p.structs[t]; ok {
		return made
	}
	made := &structPlan{byName: map[string]int{}, hidden: unexported(t)}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !(f.Anonymous && f.Type.Kind() == reflect.Struct) { // the fields of an embedded struct are those of this one
			continue
		}
		name := recordedName(f)
		made.fields = append(made.fields, structField{index: i, quoted: string(appendQuoted(nil, name)) + ":"})
		made.byName[name] = i
	}
	if p.structs == nil {
		p.structs = map[reflect.Type]*structPlan{}
	}
	p.structs[t] = made
	return made
}

// recordedName returns the name of a field in a record: that of its tag, if it has one.
func recordedName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" || name == "-" {
		return f.Name
	}
	return name
}

// dynamicKinds are the marks of Go types that an interface may hold, besides JSON's.
var dynamicKinds = map[reflect.Type]string{
	typeTime:                                 "time",
	typeDuration:                             "duration",
	typeNumber:                               "decimal",
	typeMembers:                              "members",
	reflect.TypeFor[declare.NullType]():      "null",
	reflect.TypeFor[[]byte]():                "text",
	reflect.TypeFor[codec.Encoded]():         "stored",
	reflect.TypeFor[failureData]():           "error",
	reflect.TypeFor[declare.ArgumentError](): "argument",
	reflect.TypeFor[anyListing]():            "listing",
}

// dynamicTypes are the types of the marks.
var dynamicTypes = func() map[string]reflect.Type {
	types := map[string]reflect.Type{"integer": typeBig, "number": reflect.TypeFor[float64]()}
	for t, kind := range dynamicKinds {
		types[kind] = t
	}
	return types
}()

// named returns the class of a name, or nil.
func (p *typePlans) named(name string) *declare.Class {
	if p.byName == nil {
		p.byName = map[string]*declare.Class{}
		for _, class := range p.registry.Classes() {
			if p.class(class.Go) == class {
				p.byName[class.Name] = class
			}
		}
	}
	return p.byName[name]
}

func compare(a, b string) int { return strings.Compare(a, b) }
