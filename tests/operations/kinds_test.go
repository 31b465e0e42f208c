package operations

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// wrongKinds returns a sentence for each function whose kind does not fit the methods that its
// handler calls: it is changes if and only if one of them passes the gate, and outside as a method
// of another connection. offered are the functions by their whole names, functions the methods that
// each calls by its name alone, and gated the methods that pass the gate.
func wrongKinds(offered map[string]declare.FuncKind, functions map[string][]string, gated []string) (wrong []string) {
	for name, kind := range offered {
		_, short, _ := strings.Cut(strings.ReplaceAll(name, ":", "."), ".")
		passes := slices.ContainsFunc(functions[short], func(method string) bool { return slices.Contains(gated, method) })
		switch {
		case strings.HasPrefix(name, "client:"):
			if passes && kind != declare.Outside || kind == declare.Changes {
				wrong = append(wrong, name+" is "+kind.String()+", but changes another database than that of the run")
			}
		case passes && kind != declare.Changes:
			wrong = append(wrong, name+" is "+kind.String()+", but passes the gate")
		case !passes && kind == declare.Changes:
			wrong = append(wrong, name+" is changes, but calls no method that passes the gate")
		}
	}
	return wrong
}

// gatedMethods returns the methods of the client that pass the gate.
func gatedMethods() []string {
	var methods []string
	for _, o := range operations.Changing() {
		methods = append(methods, o.Method)
	}
	return methods
}

func TestAFunctionIsChangesIfItPassesTheGate(t *testing.T) {
	t.Parallel()
	functions, err := Functions(filepath.Join(root, "bindings"), methodsOfTheClient())
	if err != nil {
		t.Fatal(err)
	}
	offered, changes := map[string]declare.FuncKind{}, 0
	for _, topic := range declare.NewRegistry(bindings.Module(bindings.Host{})).Topics() {
		if f, ok := topic.Item.(*declare.Func); ok && functions[f.Name] != nil {
			offered[topic.Name] = f.Kind
			if f.Kind == declare.Changes {
				changes++
			}
		}
	}
	for _, sentence := range wrongKinds(offered, functions, gatedMethods()) {
		t.Error(sentence)
	}
	if changes < 30 {
		t.Errorf("only %d functions are changes", changes)
	}
	for _, m := range slices.Concat(run.Modules(), run.TestModules()) {
		for _, f := range m.Funcs {
			// A step of a durable run changes the run itself, which no gate counts.
			if f.Kind == declare.Changes && m.Name != "dbos" && f.IsRecorded() {
				t.Errorf("%s is changes, but only functions of dbos pass the gate", m.Member(f.Name))
			}
		}
	}
}

func TestWrongKindsAreNamed(t *testing.T) {
	t.Parallel()
	functions := map[string][]string{"cancel": {"Cancel"}, "list": {"List"}}
	got := wrongKinds(map[string]declare.FuncKind{
		"dbos.cancel": declare.Reads, "handle:cancel": declare.Changes, "dbos.list": declare.Changes, "client:cancel": declare.Changes, "client:list": declare.Reads,
	}, functions, []string{"Cancel"})
	slices.Sort(got)
	want := []string{"client:cancel is changes, but changes another", "dbos.cancel is reads, but passes the gate", "dbos.list is changes, but calls no method"}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("got %q", got)
	}
}
