package reference

import (
	_ "embed"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

//go:embed kinds.md
var kindsText string

// kindsPage explains the kinds of functions, and lists the functions of each, those of Lua's own
// library among them.
func kindsPage(reg *declare.Registry) string {
	w := &pageWriter{reg: reg}
	w.printf("%s%s", generated, kindsText)
	for _, kind := range declare.FuncKinds() {
		w.printf("## %s\n\n%s\n\n", kind, kind.Sentence())
		w.names("Modules", functionsOf(reg, kind))
		w.names("Lua", declare.LuaFunctions(kind))
	}
	return strings.TrimRight(w.b.String(), "\n") + "\n"
}

// functionsOf returns the functions and methods of a kind. The methods of a connection are left
// out, because they are the functions of dbos.
func functionsOf(reg *declare.Registry, kind declare.FuncKind) []string {
	var names []string
	for _, topic := range reg.Topics() {
		if f, ok := topic.Item.(*declare.Func); ok && f.Kind == kind && !strings.HasPrefix(topic.Name, "client:") {
			names = append(names, topic.Name)
		}
	}
	return names
}

func (w *pageWriter) names(title string, names []string) {
	if len(names) > 0 {
		w.printf("%s: `%s`.\n\n", title, strings.Join(names, "`, `"))
	}
}
