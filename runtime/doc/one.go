package doc

import (
	"strings"

	"github.com/dbos-script/dbos-script/runtime/spec"
)

// MarkdownOf renders one thing in Markdown; empty for a topic of no known kind.
func MarkdownOf(reg *spec.Registry, topic spec.Topic) string {
	w := &pageWriter{reg: reg}
	switch item := topic.Item.(type) {
	case *spec.Module:
		return modulePage(reg, *item)
	case *spec.Func:
		w.function("##", topic.Name, *item)
	case *spec.Class:
		w.class(item)
	case *spec.Value:
		w.printf("## %s\n\n%s\n", topic.Name, item.Doc)
	case *spec.Field:
		w.printf("## %s\n\n%s. %s\n", topic.Name, upperFirst(fieldType(reg, *item)), item.Doc)
	}
	return w.b.String()
}

// LuaCATSOf renders one thing for lua-language-server, a value or a field as the annotation in its class; empty for a topic
// of no known kind.
func LuaCATSOf(reg *spec.Registry, topic spec.Topic) string {
	w := newCats(reg, "")
	switch item := topic.Item.(type) {
	case *spec.Module:
		w.module(*item)
	case *spec.Func:
		w.function(topic.Name, strings.ReplaceAll(topic.Name, ":", "."), *item)
	case *spec.Class:
		w.class(item)
	case *spec.Value:
		w.value(*item)
	case *spec.Field:
		w.field(owner(reg, topic.Name), *item)
	default:
		return ""
	}
	return w.text()
}

// owner is the class in the name of a field.
func owner(reg *spec.Registry, field string) *spec.Class {
	for _, c := range reg.Classes() {
		if name, found := strings.CutPrefix(field, c.Name+"."); found && !strings.Contains(name, ".") {
			return c
		}
	}
	return &spec.Class{}
}
