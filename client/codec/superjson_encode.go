package codec

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// TypeScriptArgs are the arguments of a workflow of a TypeScript application, in the format of its
// SDK: as an input they are encoded as js_superjson, and a time.Time arrives as a Date.
type TypeScriptArgs []any

// EncodeSuperJSON returns v as the TypeScript SDK stores values by default: the JSON of EncodeJSON,
// and the places of each time.Time in it, which arrive as Dates. It returns the errors of
// EncodeJSON.
func EncodeSuperJSON(v any) (string, error) {
	text, err := EncodeJSON(v, "")
	if err != nil {
		return "", err
	}
	meta := ""
	if dates := dateNotes(v); dates != nil {
		values, err := EncodeJSON(dates, "")
		if err != nil {
			return "", err
		}
		meta = `"meta":` + values + `,`
	}
	return `{"json":` + text + `,` + meta + `"` + superMarkerKey + `":"` + superMarkerValue + `"}`, nil
}

// dateNotes returns the annotation of the times within v: a bare type for v itself, else a type for
// each path; nil if there are none. Older releases of the format escape dots in names and nothing
// else, so they cannot say where a name that ends in a backslash ends: only such paths are written
// as version 1 of the format, which escapes backslashes too.
func dateNotes(v any) map[string]any {
	date := []any{"Date"}
	if _, ok := v.(time.Time); ok {
		return map[string]any{"values": date}
	}
	paths := datePaths(v, nil)
	if len(paths) == 0 {
		return nil
	}
	notes, escape := map[string]any{}, strings.NewReplacer(".", `\.`)
	meta := map[string]any{"values": notes}
	if slices.ContainsFunc(paths, endsInBackslash) {
		escape, meta["v"] = strings.NewReplacer(".", `\.`, `\`, `\\`), 1
	}
	for _, path := range paths {
		for i, name := range path {
			path[i] = escape.Replace(name)
		}
		notes[strings.Join(path, ".")] = date
	}
	return meta
}

// endsInBackslash returns true if a name within the path, except its last, ends in a backslash.
func endsInBackslash(path []string) bool {
	return slices.ContainsFunc(path[:len(path)-1], func(name string) bool { return strings.HasSuffix(name, `\`) })
}

// datePaths returns the places of the times within v, as the names that lead there.
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
			found = append(found, datePaths(v[name], append(path, name))...)
		}
	}
	return found
}
