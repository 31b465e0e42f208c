package stdlib_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

func TestMain(m *testing.M) { os.Exit(inTemporary(m)) }

// hiddenVariable is set for the tests, and granted to none.
const hiddenVariable = "HIDDEN_FROM_PROGRAMS"

// inTemporary runs the tests with a folder for temporary files that goes with them.
func inTemporary(m *testing.M) int {
	folder, err := os.MkdirTemp("", "stdlib-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	if err := errors.Join(os.Setenv("TMPDIR", folder), os.Setenv(hiddenVariable, "x")); err != nil {
		panic(err)
	}
	return m.Run()
}

// A machine is a state with the library in it.
type machine struct {
	testing.TB
	vm      *vm.VM
	exposer *bridge.Exposer
	out     bytes.Buffer
	log     bytes.Buffer
	folder  string // where it may read and write
	chunks  map[string]*lua.LFunction
}

// newMachine may touch a folder of its own, and what lists name beside it.
func newMachine(t testing.TB, lists grants.Lists, change ...func(*stdlib.Host)) *machine {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	lists.Read, lists.Write = append(lists.Read, folder), append(lists.Write, folder)
	granted, err := grants.New(lists)
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{TB: t, folder: folder, chunks: map[string]*lua.LFunction{}}
	host := stdlib.Host{
		Clock: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) }, Stderr: io.Discard, Grants: granted, Lua: m.chunk,
		Logger: slog.New(slog.NewTextHandler(&m.log, nil)), Transport: wire(func(r *http.Request) *http.Response { return m.refuse(r) }),
	}
	for _, c := range change {
		c(&host)
	}
	m.open(stdlib.Modules(host))
	t.Cleanup(func() {
		m.exposer.Close()
		m.vm.Close()
	})
	return m
}

func (m *machine) open(modules []declare.Module) {
	globals := map[string]vm.Loader{}
	for _, module := range modules {
		globals[module.Name] = func(*lua.LState) lua.LValue { return m.exposer.Open(module) }
	}
	m.vm = vm.New(vm.Config{Stdout: &m.out, Globals: globals, Loaders: globals, Limits: vm.Limits{Memory: -1}})
	m.exposer = bridge.New(m.vm.L(), declare.NewRegistry(modules...), bridge.Options{Call: m.vm.Call, Brief: vm.Brief, OnPanic: func(p *bridge.Panic) {
		m.Errorf("%v\n%s", p, p.Stack)
		m.vm.Abort(p)
	}})
}

// chunk gives the function of a part of the library that is written in Lua.
func (m *machine) chunk(ctx context.Context, c stdlib.Chunk) (declare.Callback, error) {
	if m.chunks[c.Name] == nil {
		program, err := vm.Compile(declare.Library+c.Name, c.Source)
		if err != nil {
			return nil, err
		}
		L := m.vm.L()
		returned, err := m.vm.Call(L, m.vm.Function(program), L.NewFunction(m.raiseArgument), L.NewFunction(m.raiseMissing))
		if err != nil {
			return nil, err
		}
		m.chunks[c.Name] = returned[0].(*lua.LFunction)
	}
	return m.exposer.Callback(ctx, m.chunks[c.Name]), nil
}

func (m *machine) raiseArgument(L *lua.LState) int {
	m.exposer.Raise(L, &declare.ArgumentError{Func: L.CheckString(1), Argument: L.CheckString(2), Message: L.CheckString(3)})
	return 0
}

func (m *machine) raiseMissing(L *lua.LState) int {
	var fields []string
	L.CheckTable(4).ForEach(func(_, name lua.LValue) { fields = append(fields, name.String()) })
	if err := stdlib.MissingField(L.CheckString(1), L.CheckString(2), L.CheckString(3), fields, L.CheckBool(5)); err != nil {
		m.exposer.Raise(L, err)
	}
	return 0
}

// A wire answers requests in place of a network.
type wire func(*http.Request) *http.Response

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r), nil }

func (m *machine) refuse(r *http.Request) *http.Response {
	m.Errorf("connected to %s", r.URL)
	return reply(r, http.StatusTeapot, "")
}

func reply(r *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// run gives what a script printed, without the last line end.
func (m *machine) run(code string) (string, error) {
	m.out.Reset()
	_, err := m.vm.RunString(m.Context(), "runbook.lua", code)
	return strings.TrimSuffix(m.out.String(), "\n"), err
}

// prints runs a script that must print this.
func (m *machine) prints(code, want string) {
	m.Helper()
	if got, err := m.run(code); err != nil || got != want {
		m.Errorf("%s\nprints %q (%v)\nwant   %q", code, got, err, want)
	}
}

// raises runs a script that must fail with this code and message.
func (m *machine) raises(code, word, message string) {
	m.Helper()
	const form = "local ok, err = pcall(function()\n%s\nend)\nprint(ok, type(err) == 'userdata' and err.code, err)"
	got, err := m.run(fmt.Sprintf(form, code))
	if want := fmt.Sprintf("false\t%s\t%s", word, message); err != nil || got != want {
		m.Errorf("%s\ngives %q (%v)\nwant  %q", code, got, err, want)
	}
}

// put writes a file of the machine's folder, and gives its path.
func (m *machine) put(name, text string) string {
	m.Helper()
	path := filepath.Join(m.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		m.Fatal(err)
	}
	return path
}

func (m *machine) path(name string) string { return filepath.Join(m.folder, name) }
