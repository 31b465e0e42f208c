//go:build interop

package interop

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// reachPage says where scripts find what an official client declares under another name, or why
// they do not have it.
const reachPage = "docs/official-clients.md"

// A declared is a method, an option function or an option of an official client. within is the Lua
// function whose options it would be among; it is empty for a method.
type declared struct{ name, within string }

// offered is what scripts can reach: functions of dbos and methods of its classes, with their
// options and arguments.
type offered map[string][]string

func offeredToScripts() offered {
	all := offered{}
	module := bindings.Module(bindings.Host{})
	for _, f := range module.Funcs {
		all["dbos."+f.Name] = argumentsOf(f)
	}
	for _, class := range module.Classes {
		for _, method := range class.Methods {
			all[class.Name+":"+method.Name] = argumentsOf(method)
		}
	}
	return all
}

func argumentsOf(f declare.Func) (names []string) {
	if f.Options != nil {
		names = f.Options.Names()
	}
	for _, p := range f.Params {
		names = append(names, p.Name)
		for _, table := range []*declare.Table{p.Type.Table, elementTable(p.Type)} {
			if table != nil {
				names = append(names, table.Names()...)
			}
		}
	}
	return names
}

// elementTable returns the table that a list has as its elements, or nil.
func elementTable(list *declare.Type) *declare.Table {
	if list.Elem == nil {
		return nil
	}
	return list.Elem.Table
}

var place = regexp.MustCompile("`(dbos\\.\\w+|\\w+:\\w+)(?:\\{(\\w+)\\})?`")

// has reports whether scripts reach all the places that a text of the page names.
func (o offered) has(text string) bool {
	found := place.FindAllStringSubmatch(text, -1)
	for _, match := range found {
		options, known := o[match[1]]
		if !known || match[2] != "" && !slices.Contains(options, match[2]) {
			return false
		}
	}
	return len(found) > 0
}

// byRule reports whether a script reaches the name under the same name in snake case.
func (o offered) byRule(d declared) bool {
	if d.within == "" {
		_, known := o["dbos."+snake(d.name)]
		return known
	}
	for _, prefix := range []string{"WithEnqueue", "WithFilter", "WithReadStream", "WithListQueues", "WithDebouncer", "WithSchedule", "WithSteps", "WithRewind", "WithQueue", "With", "with", ""} {
		if rest, found := strings.CutPrefix(d.name, prefix); found && slices.Contains(o["dbos."+d.within], snake(rest)) {
			return true
		}
	}
	return false
}

// snake spells workflowIDReusePolicy as workflow_id_reuse_policy.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		starts := unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && !(runes[i+1] == 's' && i+2 == len(runes)))
		if starts {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// reachRows returns the rows of the page under a heading: name → place or reason.
func reachRows(t *testing.T, heading string) map[string]string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", reachPage))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("%s has no section %q", reachPage, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string]string{}
	for _, match := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (.+) \\|$").FindAllStringSubmatch(section, -1) {
		rows[match[1]] = match[2]
	}
	return rows
}

// Whatever an official client declares is reachable from Lua, or the page says why not. The page
// names nothing that the client does not declare.
func TestWhatTheOfficialClientsDeclareIsReachable(t *testing.T) {
	t.Parallel()
	scripts := offeredToScripts()
	for heading, read := range map[string]func(*testing.T) []declared{
		"Go 1.8.0": declaredByGo, "TypeScript 5.3.0": declaredByTypeScript, "Python 3.4.0": declaredByPython, "Java 1.1.0-m6": declaredByJava,
	} {
		t.Run(heading, func(t *testing.T) {
			t.Parallel()
			rows, known := reachRows(t, heading), map[string]bool{}
			list := read(t)
			if len(list) < 40 {
				t.Errorf("only %d declarations were found", len(list))
			}
			for _, d := range list {
				known[d.name] = true
				row, listed := rows[d.name]
				switch {
				case !listed && !scripts.byRule(d):
					t.Errorf("%s: no script reaches it, and %s does not say why", d.name, reachPage)
				case listed && strings.Contains(row, "`") && !strings.HasPrefix(row, "no: ") && !scripts.has(row):
					t.Errorf("%s: the page says %s, which is not there", d.name, row)
				case listed && !strings.Contains(row, "`") && (!strings.HasPrefix(row, "no: ") || len(row) < 20):
					t.Errorf("%s: the page gives no reason: %q", d.name, row)
				}
			}
			for name := range rows {
				if !known[name] {
					t.Errorf("the page lists %s, which the client does not declare", name)
				}
			}
		})
	}
}

// goPlace finds the places of package client that a text of the page names: functions, methods, fields.
var goPlace = regexp.MustCompile("`(?:client\\.)?(\\w+)(?:\\.(\\w+))?`")

// Each option function and each method of the Go SDK's client is in package client under the same name,
// or the page says what is there in its place, and that is there.
func TestWhatTheGoSDKDeclaresIsInPackageClient(t *testing.T) {
	t.Parallel()
	ours := goNames(t, filepath.Join("..", "..", "client"))
	if !ours["Send"] || !ours["QueueInput.OnConflict"] || !ours["Client.Close"] {
		t.Fatal("names of package client were not found")
	}
	rows, known := reachRows(t, "Go 1.8.0 in package client"), map[string]bool{}
	for _, d := range declaredByGo(t) {
		if d.within != "" && !strings.HasPrefix(d.name, "With") {
			continue // a field
		}
		known[d.name] = true
		row, listed := rows[d.name]
		if !listed && !ours[d.name] && !ours["Client."+d.name] {
			t.Errorf("%s: package client has none, and %s does not say why", d.name, reachPage)
		}
		for _, match := range goPlace.FindAllStringSubmatch(row, -1) {
			name := strings.TrimSuffix(match[1]+"."+match[2], ".")
			if !ours[name] && !ours["Client."+name] {
				t.Errorf("%s: the page says %s, which is not there", d.name, name)
			}
		}
		if listed && len(row) < 15 {
			t.Errorf("%s: the page gives no reason: %q", d.name, row)
		}
	}
	for name := range rows {
		if !known[name] {
			t.Errorf("the page lists %s, which the client does not declare", name)
		}
	}
}
