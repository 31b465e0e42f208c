// Package reference renders the declarations of runtime/declare: help on a terminal, reference
// pages in Markdown, and types for editors in LuaCATS form. It adds no facts of its own.
//
// Start with Find in doc.go, then text.go, which writes what help shows. markdown.go and luacats.go
// are the other formats.
package reference

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Find returns the declaration of a name: dbos, dbos.enqueue, workflow.status, handle:get_result.
// The last word alone is enough if one function or else one method has it. If several have it, the
// error lists them; if none has it, the error names the nearest name.
func Find(reg *declare.Registry, name string) (declare.Topic, error) {
	if topic, ok := reg.Topic(name); ok {
		return topic, nil
	}
	topics := reg.Topics()
	named := ending(topics, name)
	if functions := slices.DeleteFunc(slices.Clone(named), isMethod); len(functions) == 1 {
		return functions[0], nil
	}
	switch len(named) {
	case 0:
	case 1:
		return named[0], nil
	default:
		return declare.Topic{}, fmt.Errorf("several names end with %q: %s", name, strings.Join(wholeNames(named), ", "))
	}
	return declare.Topic{}, fmt.Errorf("nothing is called %q%s", name, declare.DidYouMean(name, names(topics, name)))
}

func isMethod(t declare.Topic) bool { return strings.Contains(t.Name, ":") }

func ending(topics []declare.Topic, name string) []declare.Topic {
	var found []declare.Topic
	for _, t := range topics {
		if owner, ok := strings.CutSuffix(t.Name, name); ok && strings.HasSuffix(strings.ReplaceAll(owner, ":", "."), ".") {
			found = append(found, t)
		}
	}
	return found
}

func wholeNames(topics []declare.Topic) (list []string) {
	for _, t := range topics {
		list = append(list, t.Name)
	}
	return list
}

// names are the whole names, or the last words for a name without owner.
func names(topics []declare.Topic, like string) []string {
	list := wholeNames(topics)
	if strings.ContainsAny(like, ".:") {
		return list
	}
	for _, t := range topics {
		if i := strings.LastIndexAny(t.Name, ".:"); i >= 0 {
			list = append(list, t.Name[i+1:])
		}
	}
	return list
}
