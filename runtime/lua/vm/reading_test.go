package vm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
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
	r := syntax.Read(name, source)
	if (err == nil) != (len(r.Mistakes) == 0) || err == nil && r.Chunk == nil {
		t.Fatalf("%s: compiled with %v, read with %v", name, err, r.Mistakes)
	}
	if err != nil && err.Error() != syntaxError(name, r.Mistakes[0]).Error() {
		t.Errorf("%s: compiled with %v, read with %v", name, err, r.Mistakes[0])
	}
}

func FuzzRead(f *testing.F) {
	f.Add("local x <const> = 1 // 2\nprint('\\x41\\z\n', x ~= 1 and x != 2)")
	f.Add("a\n(b)\n[[x\ny]]:c{d = function(e) return e end}")
	f.Add("#!lua\nreturn \"\\z   \n\r\n\", 0b1, --[[x]] 1 <close>")
	f.Fuzz(func(t *testing.T, source string) { agree(t, "fuzz", source) })
}

// The time for a hint grows with the length of its line, and not with its square.
func TestAMistakeInALongLineIsExplainedAtOnce(t *testing.T) {
	t.Parallel()
	var err error
	took := busy(t, func() { _, err = Compile("long", strings.Repeat("{{with .}}", 150_000)) })
	if err == nil || took > 20*time.Second {
		t.Errorf("%v after %v of work", err, took)
	}
}
