package lua

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/runtime/spec"
)

// sources are the texts of all test scripts.
func sources(t *testing.T) string {
	t.Helper()
	scripts, err := filepath.Glob("*_test.lua")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// TestEveryFunctionAndOptionIsTested fails for what is declared and appears in no test script.
func TestEveryFunctionAndOptionIsTested(t *testing.T) {
	t.Parallel()
	text := sources(t)
	module := bindings.Module(bindings.Host{})
	for _, f := range module.Funcs {
		if !strings.Contains(text, "dbos."+f.Name) {
			t.Errorf("no script calls dbos.%s", f.Name)
		}
		keysTested(t, text, "dbos."+f.Name, f.Options)
	}
	for _, class := range module.Classes {
		for _, method := range class.Methods {
			if class.Name != "client" && !regexp.MustCompile(`[:.]`+method.Name+`\b`).MatchString(text) {
				t.Errorf("no script calls %s:%s", class.Name, method.Name)
			}
			keysTested(t, text, class.Name+":"+method.Name, method.Options)
		}
	}
}

func keysTested(t *testing.T, text, function string, table *spec.Table) {
	t.Helper()
	if table == nil {
		return
	}
	for _, key := range table.Keys {
		if !regexp.MustCompile(`\b` + key.Name + `\s*=`).MatchString(text) {
			t.Errorf("no script gives %s the option %s", function, key.Name)
		}
	}
}

// TestEveryErrorCodeIsTested fails for a code that functions declare and no script expects.
func TestEveryErrorCodeIsTested(t *testing.T) {
	t.Parallel()
	text := sources(t)
	module := bindings.Module(bindings.Host{})
	for _, f := range module.Funcs {
		for _, code := range f.Codes {
			if !strings.Contains(text, `"`+code+`"`) {
				t.Errorf("dbos.%s raises %s, and no script expects it", f.Name, code)
			}
		}
	}
}
