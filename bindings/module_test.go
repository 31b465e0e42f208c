package bindings_test

import (
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// mayBeEmpty lists the text options for which the empty text is a value, with the reason.
func mayBeEmpty() map[string]string {
	return map[string]string{
		"cron_timezone":           "rows hold the empty text, and it is UTC",
		"topic":                   "it is the topic of messages without one",
		"class_name of debouncer": "it names a plain function of a TypeScript application",
	}
}

// An empty text that a script gives as an option is a variable that was not set. As a filter it
// would select every workflow, and as an id a random one.
func TestAnOptionIsNeverAnEmptyText(t *testing.T) {
	t.Parallel()
	module := bindings.Module(bindings.Host{})
	found := 0
	var table func(path string, keys *declare.Table)
	option := func(path string, p declare.Param) {
		inner := p.Type
		for inner.Elem != nil {
			inner = inner.Elem
		}
		if inner.Table != nil {
			table(path, inner.Table)
		}
		if inner.Kind != declare.KindString || len(p.Enum) > 0 {
			return
		}
		found++
		if allowed := mayBeEmpty(); allowed[p.Name] == "" && allowed[p.Name+" of "+path] == "" && !p.NonEmpty {
			t.Errorf(`%s: option %q lacks the tag nonempty:"true"`, path, p.Name)
		}
	}
	table = func(path string, keys *declare.Table) {
		for _, key := range keys.Keys {
			option(path, key)
		}
	}
	check := func(f declare.Func) {
		for _, p := range f.Params() {
			if inner := p.Type; inner.Table != nil || inner.Elem != nil && inner.Elem.Table != nil {
				option(f.Name, p)
			}
		}
		if f.Options() != nil {
			table(f.Name, f.Options())
		}
	}
	for _, f := range module.Funcs {
		check(f)
	}
	for _, class := range declare.NewRegistry(module).Classes() {
		for _, method := range class.Methods {
			check(method)
		}
	}
	if found < 100 {
		t.Errorf("only %d options were found", found)
	}
}

// A time is in the past but for a few, so a duration without a sign is so long ago: "2h".
func TestATimeOfThePastIsADuration(t *testing.T) {
	t.Parallel()
	future := []string{"set_workflow_delay delay_until", "set_workflow_delays delay_until"}
	found := 0
	module := bindings.Module(bindings.Host{})
	functions := module.Funcs
	for _, class := range declare.NewRegistry(module).Classes() {
		functions = append(functions, class.Methods...)
	}
	for _, f := range functions {
		params := f.Params()
		if f.Options() != nil {
			params = append(params, f.Options().Keys...)
		}
		for _, p := range params {
			if p.Type.Kind != declare.KindTime {
				continue
			}
			found++
			if name := f.Name + " " + p.Name; p.Past == slices.Contains(future, name) {
				t.Errorf("%s: the tag past is %v", name, p.Past)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d times were found", found)
	}
}
