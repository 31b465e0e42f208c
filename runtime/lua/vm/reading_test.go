package vm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yuin/gopher-lua/ast"
)

// TestReadAgreesWithCompile holds on every script of this folder: what compiles is read without a
// mistake, and has the same one otherwise.
func TestReadAgreesWithCompile(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/*/*.lua")
	if err != nil || len(scripts) < 30 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	for _, path := range scripts {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, path, string(source))
	}
}

func agree(t *testing.T, name, source string) {
	t.Helper()
	_, err := Compile(name, source)
	r := Read(name, source)
	if (err == nil) != (len(r.Mistakes) == 0) || err == nil && r.Chunk == nil {
		t.Fatalf("%s: compiled with %v, read with %v", name, err, r.Mistakes)
	}
	if err != nil && err.Error() != r.Mistakes[0].Error() {
		t.Errorf("%s: compiled with %v, read with %v", name, err, r.Mistakes[0])
	}
}

func FuzzRead(f *testing.F) {
	f.Add("local x <const> = 1 // 2\nprint('\\x41\\z\n', x ~= 1 and x != 2)")
	f.Add("a\n(b)\n[[x\ny]]:c{d = function(e) return e end}")
	f.Add("#!lua\nreturn \"\\z   \n\r\n\", 0b1, --[[x]] 1 <close>")
	f.Fuzz(func(t *testing.T, source string) { agree(t, "fuzz", source) })
}

func TestReadKnowsPlaces(t *testing.T) {
	t.Parallel()
	r := Read("x", "#!lua\nlocal a, b = [[\n]], ('ä'):rep(2)\n  f ( b:rep(a:rep()) : rep {1} )")
	if len(r.Mistakes) > 0 {
		t.Fatal(r.Mistakes)
	}
	local, call := r.Chunk[0].(*ast.LocalAssignStmt), r.Chunk[1].(*ast.FuncCallStmt)
	argument := call.Expr.(*ast.FuncCallExpr).Args[0]
	for what, c := range map[string]struct{ got, want Place }{
		"the statement":         {r.Place(local.Line()), Place{2, 1}},
		"its second name":       {r.Name(local.Line(), "b"), Place{2, 10}},
		"a value in brackets":   {r.Place(local.Exprs[1].Line()), Place{3, 5}},
		"the method on it":      {r.Method(local.Exprs[1].Line(), "rep", 0), Place{3, 11}},
		"the call":              {r.Place(call.Line()), Place{4, 3}},
		"the argument":          {r.Place(argument.Line()), Place{4, 7}},
		"its first method":      {r.Method(argument.Line(), "rep", 0), Place{4, 9}},
		"its second method":     {r.Method(argument.Line(), "rep", 1), Place{4, 24}},
		"a line of no token":    {r.Place(1000), Place{}},
		"a name that is absent": {r.Name(call.Line(), "zebra"), Place{4, 3}},
	} {
		if c.got != c.want {
			t.Errorf("%s is at %v, want %v", what, c.got, c.want)
		}
	}
}

func TestReadGoesOn(t *testing.T) {
	t.Parallel()
	r := Read("x", "local a <const> = 0b1 // 2\nlocal b = '\\x41' .. \"\\z\n  x\"\nif a != b && !a then a |= 1 end")
	var messages []string
	for _, m := range r.Mistakes {
		messages = append(messages, m.Message)
	}
	if all := strings.Join(messages, "\n"); r.Chunk != nil || len(messages) != 9 || !strings.Contains(all, `"|" is a bit operator`) {
		t.Errorf("%d mistakes, tree %v:\n%s", len(messages), r.Chunk != nil, all)
	}
	if r := Read("x", "local a <const> = 1 // 2 ~ 3 & 4\nreturn a"); len(r.Mistakes) != 4 || r.Chunk == nil {
		t.Errorf("%v, tree %v", r.Mistakes, r.Chunk != nil)
	}
}

// The time for the hint of a syntax error grows with the length of its line, and not with its
// square.
func TestAMistakeInALongLineIsExplainedAtOnce(t *testing.T) {
	t.Parallel()
	start := time.Now()
	_, err := Compile("long", strings.Repeat("{{with .}}", 150_000))
	if err == nil || time.Since(start) > 20*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}
