package reference

import (
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// MarkdownOf renders one thing in Markdown; empty for a topic of no known kind.
func MarkdownOf(reg *declare.Registry, topic declare.Topic) string {
	w := &pageWriter{reg: reg}
	switch item := topic.Item.(type) {
	case *declare.Module:
		return modulePage(reg, *item)
	case *declare.Func:
		w.function("##", topic.Name, *item)
	case *declare.Class:
		w.class(item)
	case *declare.Value:
		w.printf("## %s\n\n%s\n", topic.Name, item.Doc)
	case *declare.Field:
		w.printf("## %s\n\n%s. %s\n", topic.Name, upperFirst(fieldType(reg, *item)), item.Doc)
	}
	return w.b.String()
}

// LuaCATSOf renders one thing for lua-language-server, a value or a field as the annotation in
// its class; empty for a topic of no known kind.
func LuaCATSOf(reg *declare.Registry, topic declare.Topic) string {
	w := newCats(reg, "")
	switch item := topic.Item.(type) {
	case *declare.Module:
		w.module(*item)
	case *declare.Func:
		w.function(topic.Name, strings.ReplaceAll(topic.Name, ":", "."), *item)
	case *declare.Class:
		w.class(item)
	case *declare.Value:
		w.value(*item)
	case *declare.Field:
		w.field(owner(reg, topic.Name), *item)
	default:
		return ""
	}
	return w.text()
}

// owner is the class in the name of a field.
func owner(reg *declare.Registry, field string) *declare.Class {
	for _, c := range reg.Classes() {
		if name, found := strings.CutPrefix(field, c.Name+"."); found && !strings.Contains(name, ".") {
			return c
		}
	}
	return &declare.Class{}
}
