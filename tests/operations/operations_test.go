package operations

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// root is the folder of the module.
const root = "../.."

// methodsOfTheClient returns the names of all methods of Client.
func methodsOfTheClient() []string {
	var names []string
	of := reflect.TypeFor[client.Client]()
	for i := range of.NumMethod() {
		names = append(names, of.Method(i).Name)
	}
	return names
}

// A house is the places of the repository that an operation needs.
type house struct {
	interfaceFile string              // client/api.go and its parts
	clientTests   string              // the tests of the client, all in one text
	functions     map[string][]string // Lua function → methods that it calls
	offered       map[string]bool     // functions and methods that scripts see
	scripts       string              // the tests in Lua, all in one text
	manual        string              // the generated manual of dbos
	tour          string              // the runbook that calls each function of dbos against real applications
	ofValues      map[string]bool     // methods of handles and other values, which the tour need not call
	entries       map[string]operations.Operation
	planned       map[string]error // the error of each change in a dry run
}

func readHouse(t *testing.T) *house {
	t.Helper()
	functions, err := Functions(filepath.Join(root, "bindings"), methodsOfTheClient())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{
		interfaceFile: texts(t, "client/api.go") + texts(t, "client/api_admin.go") + texts(t, "client/api_history.go"), clientTests: texts(t, "client/*_test.go") + texts(t, "client/clienttest/*_test.go"),
		functions: functions, offered: map[string]bool{}, ofValues: map[string]bool{}, tour: texts(t, "tests/interop/runbooks/tour.lua"), scripts: texts(t, "tests/lua/*_test.lua"),
		manual: texts(t, "docs/reference/dbos.md") + texts(t, "docs/reference/values.md"), entries: map[string]operations.Operation{},
		planned: plannedErrors(t),
	}
	for _, o := range operations.All() {
		h.entries[o.Method] = o
	}
	module := bindings.Module(bindings.Host{})
	for _, class := range module.Classes {
		for _, method := range class.Methods {
			h.offered[method.Name], h.ofValues[method.Name] = true, true
		}
	}
	for _, f := range module.Funcs { // which a connection has as methods
		h.offered[f.Name], h.ofValues[f.Name] = true, false
	}
	return h
}

// texts returns the content of the files that match a pattern, one after the other.
func texts(t *testing.T, pattern string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches %s: %v", pattern, err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// plannedErrors carries out each change in a dry run, and returns its error.
func plannedErrors(t *testing.T) map[string]error {
	t.Helper()
	b := clienttest.On(t, "SQLite")
	if err := operations.Prepare(b.NewClient()); err != nil {
		t.Fatal(err)
	}
	planned := map[string]error{}
	for _, o := range operations.Changing() {
		planned[o.Method] = o.Do(b.NewClient(func(config *client.ClientConfig) { config.DryRun, config.SDK = true, client.SDKGo }))
	}
	return planned
}

// missing returns a sentence for each place that does not know a method yet, in the order of
// CONTRIBUTING.
func (h *house) missing(method string) (places []string) {
	say := func(format string, args ...any) { places = append(places, fmt.Sprintf(format, args...)) }
	entry, listed := h.entries[method]
	if !strings.Contains(h.interfaceFile, "\n\t"+method+"(") {
		say("client/api.go: the interface Client has no method %s", method)
	}
	if !listed {
		say("client/clienttest/operations: no entry says how to call it")
	}
	if entry.Changes && refusedByDryRun(h.planned[method]) {
		say("client/dryrun.go: effects has no line for it: %v", h.planned[method])
	}
	if entry.Changes && len(entry.Mistakes) == 0 {
		say("client/clienttest/operations: its entry has no Mistakes, which a dry run must report as a real run does")
	}
	if !strings.Contains(h.clientTests, "."+method) {
		say("client: no test in client or client/clienttest calls it")
	}
	callers := h.callers(method)
	if entry.GoOnly != "" && len(callers) > 0 {
		say("client/clienttest/operations: GoOnly says %q, but dbos.%s calls it", entry.GoOnly, callers[0])
	}
	if entry.GoOnly == "" && entry.Call != nil && len(callers) == 0 {
		say("bindings: no declared function calls it, and its entry has no GoOnly with the reason")
	}
	return places
}

// missingInLua returns a sentence for each place that does not know a function of scripts yet.
func (h *house) missingInLua(function string) (places []string) {
	say := func(format string, args ...any) { places = append(places, fmt.Sprintf(format, args...)) }
	if !h.offered[function] {
		say("bindings: %s is declared, but in no topic's list", function)
	}
	if !regexp.MustCompile(`\b` + function + `\b`).MatchString(h.scripts) {
		say("tests/lua: no script calls %s", function)
	}
	if !strings.Contains(h.manual, function) {
		say("docs/reference: %s is missing: run make generate", function)
	}
	if !h.ofValues[function] && !regexp.MustCompile(`\b`+function+`\b`).MatchString(h.tour) {
		say("tests/interop/runbooks/tour.lua: no call of %s", function)
	}
	return places
}

// callers returns the Lua functions that call a method, sorted.
func (h *house) callers(method string) []string {
	var names []string
	for function, methods := range h.functions {
		if slices.Contains(methods, method) {
			names = append(names, function)
		}
	}
	slices.Sort(names)
	return names
}

func refusedByDryRun(err error) bool {
	var failed *client.Error
	return errors.As(err, &failed) && failed.Code == client.Unsupported && strings.Contains(failed.Message, "a dry run does not know")
}

// An operation is complete if every place knows it. The test names those that do not, in the order
// in which CONTRIBUTING adds them.
func TestEveryOperationIsComplete(t *testing.T) {
	t.Parallel()
	h, methods := readHouse(t), methodsOfTheClient()
	for _, method := range methods {
		if places := h.missing(method); len(places) > 0 {
			t.Errorf("%s is missing in\n\t%s", method, strings.Join(places, "\n\t"))
		}
	}
	for _, function := range slices.Sorted(maps.Keys(h.functions)) {
		if places := h.missingInLua(function); len(places) > 0 {
			t.Errorf("dbos.%s is missing in\n\t%s", function, strings.Join(places, "\n\t"))
		}
	}
	for method := range h.entries {
		if !slices.Contains(methods, method) {
			t.Errorf("client/clienttest/operations has an entry for %s, which is no method of Client", method)
		}
	}
}

// A method that nothing knows is reported for each place, and a function that no list has too.
func TestMissingPlacesAreNamed(t *testing.T) {
	t.Parallel()
	h := &house{
		functions: map[string][]string{"new_call": {"NewCall"}},
		entries: map[string]operations.Operation{
			"NewCall": {Method: "NewCall", Changes: true, GoOnly: "a reason", Call: func(client.Client, []string) error { return nil }},
			"Silent":  {Method: "Silent", Call: func(client.Client, []string) error { return nil }},
		},
		planned: map[string]error{"NewCall": &client.Error{Code: client.Unsupported, Message: "a dry run does not know this operation"}},
	}
	for method, want := range map[string][]string{
		"Forgotten": {"client/api.go", "client/clienttest/operations", "client: no test"},
		"Silent":    {"client/api.go", "client: no test", "bindings: no declared function"},
		"NewCall":   {"client/api.go", "client/dryrun.go", "client/clienttest/operations", "client: no test", "client/clienttest/operations: GoOnly"},
	} {
		places := h.missing(method)
		if !slices.EqualFunc(places, want, strings.HasPrefix) {
			t.Errorf("%s: %q, want places that begin with %q", method, places, want)
		}
	}
	want := []string{"bindings: new_call is declared", "tests/lua: no script calls new_call", "docs/reference: new_call", "tests/interop/runbooks/tour.lua: no call of new_call"}
	if places := h.missingInLua("new_call"); !slices.EqualFunc(places, want, strings.HasPrefix) {
		t.Errorf("new_call: %q, want places that begin with %q", places, want)
	}
}

// A dry run refuses an operation that its table does not know, which is how the test above learns
// of it.
func TestTheDryRunNamesAnUnknownOperation(t *testing.T) {
	t.Parallel()
	if !refusedByDryRun(&client.Error{Code: client.Unsupported, Message: "a dry run does not know this operation"}) || refusedByDryRun(context.Canceled) {
		t.Error("the error of an unknown operation is not told apart")
	}
	if text := texts(t, "client/dryrun.go"); !strings.Contains(text, `Code: Unsupported, Op: w.Op, Message: "a dry run does not know this operation"`) {
		t.Error("client/dryrun.go has another text for an operation without a line in effects")
	}
}
