package owner

import "strings"

// OfSerialization returns the SDK whose own serialization has the name, "" if all or none of them
// write it.
func OfSerialization(name string) SDK {
	switch {
	case name == "DBOS_JSON" || name == "DBOS_GOB":
		return Go
	case name == "py_pickle":
		return Python
	case name == "java_jackson":
		return Java
	case strings.HasPrefix(name, "js_"):
		return TypeScript
	}
	return ""
}

// A Form is how a schedule's context is written. The column names no serialization, and only the
// SDK that has the form can read it.
type Form struct {
	SDK  SDK
	Name string
	// proof reports whether only an application can have written the text, and not dbos-script.
	proof bool
}

// FormOf returns the form of a context.
func FormOf(context string) Form {
	switch {
	case strings.HasPrefix(context, "gA"):
		return Form{Python, "a pickle", strings.HasPrefix(context, "gASV")}
	case strings.Contains(context, `"__dbos_serializer":"superjson"`):
		return Form{TypeScript, "superjson", false}
	case strings.Contains(context, `"@class"`) || strings.HasPrefix(context, `["java.`) || strings.HasPrefix(context, `["[L`):
		return Form{Java, "java_jackson", false}
	}
	return Form{Go, "JSON", false}
}

// Reads reports whether applications of the SDK can read the context. Java reads scalars as Go
// writes them.
func (s SDK) Reads(context string) bool {
	form := FormOf(context)
	if s == Java && form.SDK == Go {
		return context == "" || !strings.ContainsAny(context[:1], "{[")
	}
	return form.SDK == s
}
