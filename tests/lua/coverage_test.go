package lua

import (
	"testing"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// offered are all functions and methods that scripts see, by the names they are called by in a
// message. The methods of a client are the functions of the module.
func offered() map[string]declare.Func {
	module := bindings.Module(bindings.Host{})
	all := map[string]declare.Func{}
	for _, f := range module.Funcs {
		all["dbos."+f.Name] = f
	}
	for _, class := range module.Classes {
		if class.Name == "client" {
			continue
		}
		for _, method := range class.Methods {
			all[class.Name+":"+method.Name] = method
		}
	}
	return all
}

func covered(t *testing.T) *coverage {
	t.Helper()
	c := &coverage{called: map[string]bool{}, keys: map[string]map[string]bool{}, raised: map[string]map[string]bool{}}
	byName := map[string][]declare.Func{}
	for _, f := range offered() {
		byName[f.Name] = append(byName[f.Name], f)
	}
	c.markFilters()
	for _, s := range scripts(t) {
		for _, made := range s.expanded() {
			for _, f := range byName[made.name] {
				c.add(s, made, f)
			}
		}
	}
	return c
}

// Each function is called, each of its options is given to it, and each error code that it declares
// is expected from it, by some script of this folder.
func TestEveryFunctionOptionAndErrorIsTested(t *testing.T) {
	t.Parallel()
	tested := covered(t)
	for title, f := range offered() {
		if !tested.called[f.Name] {
			t.Errorf("no script calls %s", title)
		}
		for _, key := range keysOf(f) {
			if !tested.keys[f.Name][key] {
				t.Errorf("no script gives %s the option %s", title, key)
			}
		}
		for _, code := range f.Codes {
			if !tested.raised[f.Name][code] {
				t.Errorf("no script expects %s of %s", code, title)
			}
		}
	}
}

// keysOf are the keys of a function's trailing table, and of the tables in a list that it takes.
func keysOf(f declare.Func) (names []string) {
	if f.Options() != nil {
		names = f.Options().Names()
	}
	for _, p := range f.Params() {
		if table := elementTable(p); table != nil {
			names = append(names, table.Names()...)
		}
	}
	return names
}

// lastCode is above every number of a code.
const lastCode = 200

// TestEveryErrorCodeIsTested wants every code that there is, of whatever function, but the one of a
// run that is ended, which no script can catch, and the one of a race with another program.
func TestEveryErrorCodeIsTested(t *testing.T) {
	t.Parallel()
	raised := map[string]bool{declare.CodeInterrupted: true, client.Conflict.String(): true}
	for _, s := range scripts(t) {
		for _, made := range s.calls {
			for _, code := range made.codes {
				raised[code] = true
			}
		}
	}
	wanted := []string{declare.CodeInvalidArgument}
	for code := range client.ErrorCode(lastCode) {
		if word := code.String(); word != "" {
			wanted = append(wanted, word)
		}
	}
	for _, word := range wanted {
		if !raised[word] {
			t.Errorf("no script expects %s", word)
		}
	}
}
