package vm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// counted writes the lines of a file with their hits, such as "1:1 3:0".
func counted(f FileCoverage) string {
	var parts []string
	for _, line := range f.Lines {
		parts = append(parts, fmt.Sprintf("%d:%d", line.Line, line.Hits))
	}
	return strings.Join(parts, " ")
}

func TestCoverageCountsLines(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"main.lua": `local lib = require "lib"
-- a comment
local function never()
  return 1
end

local function twice(x)
  if x > 1 then
    return "more"
  end
  return "one"
end
for i = 1, 2 do
  twice(i)
end
local co = coroutine.wrap(function()
  coroutine.yield(1)
  lib.add(1, 2)
end)
co()
co()
`,
		"lib.lua": "return {\n  add = function(a, b)\n    return a + b\n  end,\n  sub = function(a, b)\n    return a - b\n  end,\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	coverage := NewCoverage()
	v := New(Config{Coverage: coverage})
	defer v.Close()
	main := filepath.Join(folder, "main.lua")
	if _, err := v.RunFile(t.Context(), main); err != nil {
		t.Fatal(err)
	}
	files := coverage.Files()
	if len(files) != 2 || files[0].Name != filepath.Join(folder, "lib.lua") || files[1].Name != main {
		t.Fatalf("files %v", files)
	}
	if got, want := counted(files[0]), "1:3 2:1 3:1 5:1 6:0"; got != want {
		t.Errorf("lib: %s\nwant %s", got, want)
	}
	got := counted(files[1])
	for _, want := range []string{"1:1 ", " 4:0 ", " 8:2 ", " 9:1 ", " 11:1 ", " 14:2 ", " 17:", " 18:1 ", " 20:1 ", "21:1"} {
		if !strings.Contains(" "+got+" ", want) {
			t.Errorf("main has no %q: %s", want, got)
		}
	}
}

// A second state goes on counting, and a state without a coverage counts nothing.
func TestCoverageIsShared(t *testing.T) {
	t.Parallel()
	coverage := NewCoverage()
	for _, with := range []*Coverage{coverage, coverage, nil} {
		v := New(Config{Coverage: with})
		if _, err := v.RunString(t.Context(), "x", "local a = 1\na = a + 1"); err != nil {
			t.Fatal(err)
		}
		v.Close()
	}
	if got := counted(coverage.Files()[0]); got != "1:2 2:2" {
		t.Errorf("%s", got)
	}
}
