// Package layers holds the rules of the house against the source: what may import what, how long
// a file may get, what a package may be called.
package layers

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEveryPackageHasARule(t *testing.T) {
	t.Parallel()
	known := rules()
	for _, f := range goFiles(t) {
		if _, found := known[f.folder]; !found {
			known[f.folder] = rule{}
			t.Errorf("package %s has no rule: add it to rules() in tests/layers/rules_test.go", f.folder)
		}
	}
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	known := rules()
	for _, f := range goFiles(t) {
		if f.test {
			continue
		}
		for _, imported := range f.imports {
			if why := known[f.folder].refuses(f, imported); why != "" {
				t.Errorf("%s imports %s: %s", f.path, imported, why)
			}
		}
	}
}

// refuses says why a file may not import something, "" when it may.
func (r rule) refuses(f goFile, imported string) string {
	path, own := ours(imported)
	elsewhere := len(r.only) > 0 && !slices.Contains(r.only, filepath.Base(f.path))
	switch {
	case own && !allowed(path, r.ours):
		return "its rule does not list that package"
	case within(imported, vmModule) && !r.vm:
		return "only the packages below runtime/lua, and runtime/run, know the Lua VM"
	case within(imported, vmModule) && elsewhere:
		return "only " + strings.Join(r.only, " and ") + " may join the VM to the rest"
	case isDriver(imported) && !allowed(imported, r.drivers):
		return "only client/internal/db knows database drivers"
	}
	return ""
}

func isDriver(imported string) bool {
	return slices.ContainsFunc(driverModules(), func(module string) bool { return within(imported, module) })
}

// Tests may import what they need, but the client's never learn of Lua.
func TestClientHasNeverHeardOfLua(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		if !within(f.folder, "client") {
			continue
		}
		for _, imported := range f.imports {
			path, own := ours(imported)
			if within(imported, vmModule) || own && (within(path, "runtime") || path == "bindings" || within(path, "stdlib")) {
				t.Errorf("%s imports %s", f.path, imported)
			}
		}
	}
}

// TestTheCommandHoldsNoTestHarness wants neither Go's testing nor a starter of servers in the
// binary.
func TestTheCommandHoldsNoTestHarness(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "./cmd/dbos-script")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, modulePath+"/client") {
		t.Fatalf("go list names %d packages, but not the client", len(packages))
	}
	for _, name := range packages {
		if path, own := ours(name); within(name, "testing") || own && within(path, "client/clienttest") {
			t.Errorf("the command holds %s", name)
		}
	}
}

func TestRulesRefuse(t *testing.T) {
	t.Parallel()
	joint, other := goFile{path: "runtime/run/modules.go"}, goFile{path: "runtime/run/config.go"}
	for _, c := range []struct {
		folder   string
		file     goFile
		imported string
		refused  bool
	}{
		{"runtime/declare", other, modulePath + "/client", true},
		{"runtime/declare", other, "reflect", false},
		{"client", other, modulePath + "/runtime/declare", true},
		{"client", other, modulePath + "/client/internal/db", false},
		{"client", other, "github.com/jackc/pgx/v5/pgxpool", false},
		{"client", other, "github.com/jackc/pgx/v5", true},
		{"client/internal/db", other, "github.com/jackc/pgx/v5/pgconn", false},
		{"bindings", other, vmModule, true},
		{"runtime/lua/bridge", other, vmModule + "/parse", false},
		{"runtime/run", joint, vmModule, false},
		{"runtime/run", other, vmModule, true},
		{"cmd/dbos-script", other, vmModule, true},
		{"cmd/dbos-script", other, modulePath + "/runtime/run", false},
		{"runtime/run", joint, modulePath + "/client/clienttest", true},
	} {
		if why := rules()[c.folder].refuses(c.file, c.imported); (why != "") != c.refused {
			t.Errorf("%s (%s) → %s: refused %q, want %v", c.folder, c.file.path, c.imported, why, c.refused)
		}
	}
}

func TestFilesStayShort(t *testing.T) {
	t.Parallel()
	const longest = 400
	for _, path := range tracked(t) {
		if extension := filepath.Ext(path); extension != ".go" && extension != ".lua" {
			continue
		}
		name := strings.TrimSuffix(path, filepath.Ext(path))
		if strings.HasSuffix(name, "_test") || within(path, "docs") {
			continue
		}
		if lines := strings.Count(read(t, path), "\n"); lines > longest {
			t.Errorf("%s has %d lines, more than %d: is it still one idea?", path, lines, longest)
		}
	}
}
