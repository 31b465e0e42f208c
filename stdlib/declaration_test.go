package stdlib_test

import (
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func TestDeclarationsAreComplete(t *testing.T) {
	t.Parallel()
	for _, err := range declare.Check(stdlib.Modules(stdlib.Host{})...) {
		t.Error(err)
	}
}

// needDatabase are the functions whose examples are run with a database.
var needDatabase = []string{"emit", "exit", "help", "step"}

func TestExamplesRun(t *testing.T) {
	t.Parallel()
	temporary := []string{os.TempDir()}
	lists := grants.Lists{Read: temporary, Write: temporary, Net: []string{"api.example.com"}, Env: []string{"HOME"}, Exec: []string{"echo", "sort"}}
	answers := func(h *stdlib.Host) {
		h.Transport = wire(func(r *http.Request) *http.Response { return reply(r, http.StatusOK, `{"status": "up"}`) })
	}
	for _, topic := range declare.NewRegistry(stdlib.Modules(stdlib.Host{})...).Topics() {
		f, ok := topic.Item.(*declare.Func)
		if !ok || slices.Contains(needDatabase, f.Name) || topic.Name == "args.declare" || f.Name == "to_table" {
			continue
		}
		for _, example := range f.Examples {
			t.Run(topic.Name, func(t *testing.T) {
				t.Parallel()
				m := newMachine(t, lists, answers)
				if _, err := m.run(example); err != nil {
					t.Errorf("%s\n%v", example, err)
				}
			})
		}
	}
}
