package declare

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// tagged is a field of a struct with the meaning of its tags.
type tagged struct {
	name       string // of the field in Go
	typ        reflect.Type
	key        string // the name in a table or a record
	positional bool
	presence   string // of a positional argument: "required", "optional", "variadic", or "" for neither
	single     string // "true", "false", or "" for the usual rule
	flat       bool   // an embedded struct, whose fields stand in its place
	hidden     bool
	omitZero   bool
	without    []string // keys of the embedded struct that are left out
	param      Param    // without the type and the index
	problems   []string
}

// fieldsOf returns the fields of a struct. The tags of each are read once, because the same struct
// of filters is embedded in the options of most functions.
var fieldsOf = perType(func(t reflect.Type) []*tagged {
	fields := make([]*tagged, t.NumField())
	for i := range fields {
		fields[i] = readTags(t.Field(i))
	}
	return fields
})

func readTags(f reflect.StructField) *tagged {
	json := tag(f.Tag, "json")
	arg := tag(f.Tag, "arg")
	key, flags, _ := strings.Cut(json, ",")
	if key == "" {
		key = Snake(f.Name)
	}
	isStruct := f.Type.Kind() == reflect.Struct && exactKind(f.Type) == KindInvalid
	inPlace := f.Anonymous && json == "" || tag(f.Tag, "opts") == "true"
	read := &tagged{
		name: f.Name, typ: f.Type, key: key, positional: arg != "",
		flat:     isStruct && inPlace && arg == "",
		hidden:   !f.IsExported() || key == "-",
		omitZero: strings.Contains(flags, "omitempty") || strings.Contains(flags, "omitzero") || f.Type == typeTime,
		single:   tag(f.Tag, "single"),
	}
	switch {
	case read.flat:
		read.without = list(tag(f.Tag, "without"))
	case !read.hidden:
		read.readParam(f, arg)
	}
	return read
}

func (f *tagged) readParam(field reflect.StructField, arg string) {
	tags := field.Tag
	f.param = Param{
		Name: f.key, Doc: tag(tags, "doc"), Default: tag(tags, "default"), Enum: list(tag(tags, "enum")),
		NonEmpty: tag(tags, "nonempty") == "true", Past: tag(tags, "past") == "true", Required: tag(tags, "required") == "true",
	}
	if f.positional {
		f.param.Name, f.presence, _ = strings.Cut(arg, ",")
		f.param.Required = f.presence == "required"
	}
	f.param.Min, f.param.Max = f.bound(tags, "min"), f.bound(tags, "max")
}

func (f *tagged) bound(tags reflect.StructTag, name string) *float64 {
	text := tag(tags, name)
	if text == "" {
		return nil
	}
	bound, err := strconv.ParseFloat(text, 64)
	if err != nil {
		f.problems = append(f.problems, fmt.Sprintf("field %s: %s:%q is no number", f.name, name, text))
		return nil
	}
	return &bound
}

// tag returns the text of a tag; "" if the field does not have it. Most fields have two of the
// dozen tags, and the package reflect reads all before one to find it.
func tag(tags reflect.StructTag, name string) string {
	if !strings.Contains(string(tags), name+`:"`) {
		return ""
	}
	return tags.Get(name)
}

// list returns the words between commas; nil for an empty text.
func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
