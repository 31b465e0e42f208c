package codec

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TypeScriptArgs are the arguments of a workflow of a TypeScript application, as its SDK writes
// them itself: as an input they select js_superjson, and a time among them arrives as a Date.
type TypeScriptArgs []any

// EncodeSuperJSON writes v as the TypeScript SDK writes its values by default: JSON as EncodeJSON
// gives it, and beside it where in arrays and objects a time.Time is. Errors are EncodeJSON's.
func EncodeSuperJSON(v any) (string, error) {
	text, err := EncodeJSON(v, "")
	if err != nil {
		return "", err
	}
	meta := ""
	if dates := dateNotes(v); dates != nil {
		values, err := EncodeJSON(map[string]any{"values": dates}, "")
		if err != nil {
			return "", err
		}
		meta = `"meta":` + values + `,`
	}
	return `{"json":` + text + `,` + meta + `"` + superMarkerKey + `":"` + superMarkerValue + `"}`, nil
}

// dateNotes annotates the times within v: a bare type for v itself, else a type for each path;
// nil when there are none.
func dateNotes(v any) any {
	date := []any{"Date"}
	if _, is := v.(time.Time); is {
		return date
	}
	notes := map[string]any{}
	for _, path := range datePaths(v, nil) {
		notes[strings.Join(path, ".")] = date
	}
	if len(notes) == 0 {
		return nil
	}
	return notes
}

// datePaths are the places of the times within v. Dots in names are escaped, and nothing else: the
// format's older releases know no other escape.
func datePaths(v any, path []string) (found [][]string) {
	switch v := v.(type) {
	case time.Time:
		return [][]string{slices.Clone(path)}
	case []any:
		for i, element := range v {
			found = append(found, datePaths(element, append(path, strconv.Itoa(i)))...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			found = append(found, datePaths(v[name], append(path, strings.ReplaceAll(name, ".", `\.`)))...)
		}
	}
	return found
}
