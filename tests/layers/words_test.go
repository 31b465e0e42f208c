package layers

import (
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestPackageNamesSayWhatIsInside(t *testing.T) {
	t.Parallel()
	empty := []string{"util", "utils", "common", "types", "models", "helpers", "misc", "shared", "base"}
	for _, f := range goFiles(t) {
		if name := strings.TrimSuffix(f.syntax.Name.Name, "_test"); slices.Contains(empty, name) {
			t.Errorf("%s: package %s says nothing", f.path, name)
		}
	}
}

func TestNothingHappensBeforeMain(t *testing.T) {
	t.Parallel()
	for _, f := range goFiles(t) {
		for _, declared := range f.syntax.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s has an init function: wire it where it is used", f.path)
			}
		}
	}
}

// What must not be committed. Each expression is spelled so that it does not find itself.
var (
	machinePath  = regexp.MustCompile(`(?m)(^|[^\w.~-])/(w[o]rk|t[m]p/team|r[o]ot|f[a]rm|U[s]ers)/|/h[o]me/[a-z]`)
	registryHost = regexp.MustCompile(`(?i)registry[.]npmjs|"r[e]solved":|proxy[.]golang|artif[a]ctory|n[e]xus[.]|https?://[^\s/"]*registry`)
	unfinished   = regexp.MustCompile(`TO[D]O|FIX[M]E|not imple[m]ented|\bt[.]S[k]ip`)
)

func TestFilesHoldNothingOfThisMachine(t *testing.T) {
	t.Parallel()
	for _, path := range tracked(t) {
		text := read(t, path)
		if strings.IndexByte(text, 0) >= 0 {
			continue
		}
		for what, expression := range map[string]*regexp.Regexp{
			"a path of one machine": machinePath, "a registry's host": registryHost, "unfinished work": unfinished,
		} {
			for _, at := range expression.FindAllStringIndex(text, -1) {
				line := 1 + strings.Count(text[:at[0]], "\n")
				t.Errorf("%s:%d holds %s: %s", path, line, what, text[at[0]:at[1]])
			}
		}
	}
}

func TestWordsAreFound(t *testing.T) {
	t.Parallel()
	for text, expression := range map[string]*regexp.Regexp{
		"cd /w" + "ork/main":                   machinePath,
		`"/ro` + `ot/go"`:                      machinePath,
		`"resol` + `ved": "https://x"`:         registryHost,
		"https://reg" + "istry.npm" + "js.org": registryHost,
		"// TO" + "DO later":                   unfinished,
		"t.Sk" + "ip(\"no database\")":         unfinished,
	} {
		if !expression.MatchString(text) {
			t.Errorf("%q is not found by %s", text, expression)
		}
	}
	for _, text := range []string{"docs/work/main", "/usr/lib/postgresql", "https://example.org/work/", "homework/x"} {
		if machinePath.MatchString(text) {
			t.Errorf("%q counts as a path of one machine", text)
		}
	}
}
