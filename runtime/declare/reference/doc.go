// Package reference renders the declarations of runtime/declare: help on a terminal, reference
// pages in Markdown, and types for editors in LuaCATS form. It adds no facts of its own.
//
// Start with Find in doc.go, then text.go, which writes what help shows. markdown.go and luacats.go
// are the other formats.
package reference

import (
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Find returns the declaration of a name: dbos, dbos.enqueue, workflow.status, handle:get_result.
// The last word alone is enough if it is unique. The error names the nearest name.
func Find(reg *declare.Registry, name string) (declare.Topic, error) {
	if topic, ok := reg.Topic(name); ok {
		return topic, nil
	}
	topics := reg.Topics()
	if named := ending(topics, name); len(named) == 1 {
		return named[0], nil
	}
	return declare.Topic{}, fmt.Errorf("nothing is called %q%s", name, declare.DidYouMean(name, names(topics, name)))
}

func ending(topics []declare.Topic, name string) []declare.Topic {
	var found []declare.Topic
	for _, t := range topics {
		if owner, ok := strings.CutSuffix(t.Name, name); ok && strings.HasSuffix(strings.ReplaceAll(owner, ":", "."), ".") {
			found = append(found, t)
		}
	}
	return found
}

// names are the whole names, or the last words for a name without owner.
func names(topics []declare.Topic, like string) []string {
	var list []string
	for _, t := range topics {
		list = append(list, t.Name)
	}
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
