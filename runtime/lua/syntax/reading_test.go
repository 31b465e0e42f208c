package syntax

import (
	"strings"
	"testing"

	"github.com/yuin/gopher-lua/ast"
)

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
