package stdlib_test

import (
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

// A dry run plans each act outside of the database. A function of a module that acts there is
// outside if and only if its calls are such acts.
func TestAFunctionIsOutsideIfADryRunPlansItsCalls(t *testing.T) {
	t.Parallel()
	var mutex sync.Mutex
	acts := map[string]bool{}
	temporary := []string{os.TempDir()}
	lists := grants.Lists{Read: temporary, Write: temporary, Net: []string{"api.example.com"}, Env: []string{"HOME"}, Exec: []string{"echo", "sort"}}
	watched := func(h *stdlib.Host) {
		h.Transport = wire(func(r *http.Request) *http.Response { return reply(r, http.StatusOK, `{"status": "up"}`) })
		h.Outside = func(a stdlib.Act) {
			mutex.Lock()
			defer mutex.Unlock()
			acts[a.Function] = true
		}
	}
	kinds := map[string]declare.FuncKind{}
	for _, m := range stdlib.Modules(stdlib.Host{}) {
		if !slices.Contains([]string{"fs", "csv", "http", "exec", "env"}, m.Name) {
			continue
		}
		for _, f := range m.Funcs {
			kinds[m.Member(f.Name)] = f.Kind
			examples := f.Examples
			if f.Name == "request" { // whose example asks for the options, and so only reads
				examples = []string{`http.request("PURGE", "https://api.example.com/orders")`}
			}
			for _, example := range examples {
				if _, err := newMachine(t, lists, watched).run(example); err != nil {
					t.Errorf("%s\n%v", example, err)
				}
			}
		}
	}
	for name, kind := range kinds {
		if acts[name] != (kind == declare.Outside) {
			t.Errorf("%s is %s, and it is %v that a dry run plans its calls", name, kind, acts[name])
		}
	}
	if len(acts) < 12 {
		t.Errorf("only %d functions act outside: %v", len(acts), acts)
	}
}
