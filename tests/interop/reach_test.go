//go:build interop

package interop

import (
	"fmt"
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

// A declared is a method of an official client, or an option of one: an option function, a
// parameter, or a property of an object that a method takes. method is the method's name, and empty
// for a method; within is the Lua function among whose options it would be, where the method's row
// does not say so.
type declared struct{ name, method, within string }

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
	if f.Options() != nil {
		names = f.Options().Names()
	}
	for _, p := range f.Params() {
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

// byRule reports whether a script reaches the name under the same name in snake case, as a function
// or as an option of one of the places.
func (o offered) byRule(d declared, places []string) bool {
	if d.method == "" && d.within == "" {
		return len(o.homes(d.name)) > 0
	}
	for _, prefix := range []string{"WithEnqueue", "WithFilter", "WithReadStream", "WithListQueues", "WithDebouncer", "WithSchedule", "WithSteps", "WithRewind", "WithQueue", "With", "with", ""} {
		rest, found := strings.CutPrefix(d.name, prefix)
		for _, at := range places {
			if found && slices.Contains(o[at], snake(rest)) {
				return true
			}
		}
	}
	return false
}

// homes returns the functions and methods that a script has under the same name.
func (o offered) homes(name string) (places []string) {
	for _, place := range []string{"dbos.", "handle:", "debouncer:"} {
		if _, known := o[place+snake(name)]; known {
			places = append(places, place+snake(name))
		}
	}
	return places
}

// places returns the functions among whose options one of a method would be: the ones that the page
// names for the method, else the ones of the same name.
func (o offered) places(d declared, rows map[string]string) (found []string) {
	if d.within != "" {
		return []string{"dbos." + d.within}
	}
	for _, match := range place.FindAllStringSubmatch(rows[d.method], -1) {
		found = append(found, match[1])
	}
	if found == nil {
		return o.homes(d.method)
	}
	return found
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

// namesOneOf reports whether a text of the page names one of some places.
func namesOneOf(text string, places []string) bool {
	return slices.ContainsFunc(place.FindAllStringSubmatch(text, -1), func(match []string) bool { return slices.Contains(places, match[1]) })
}

// missing returns an error for each declaration that no script reaches and the page does not
// explain, and for each row of the page that is not true. A row may be of an option of every
// method, or of one alone, as METHOD.OPTION. Options of a refused method are refused with it.
func (o offered) missing(list []declared, rows map[string]string) (errs []error) {
	used := map[string]bool{}
	for _, d := range list {
		if strings.HasPrefix(rows[d.method], "no: ") {
			continue
		}
		key := d.method + "." + d.name
		row, listed := rows[key]
		if !listed {
			key = d.name
			row, listed = rows[key]
		}
		places := o.places(d, rows)
		byRule := o.byRule(d, places)
		used[key] = used[key] || !byRule || strings.Contains(key, ".") || d.method == ""
		switch refused := strings.HasPrefix(row, "no: "); {
		case !listed && !byRule:
			errs = append(errs, fmt.Errorf("%s of %q: no script reaches it, and %s does not say why", d.name, d.method, reachPage))
		case refused && len(row) < 20, listed && !refused && !strings.Contains(row, "`"):
			errs = append(errs, fmt.Errorf("%s: the page gives no reason: %q", key, row))
		case listed && !refused && !o.has(row):
			errs = append(errs, fmt.Errorf("%s: the page says %s, which is not there", key, row))
		case listed && !refused && !byRule && key == d.name && d.method != "" && !namesOneOf(row, places):
			errs = append(errs, fmt.Errorf("%s of %q: the page names only %s, not %v", d.name, d.method, row, places))
		}
	}
	for name := range rows {
		if !used[name] {
			errs = append(errs, fmt.Errorf("the page lists %s, which the client does not declare, or which needs no row", name))
		}
	}
	return errs
}

// Whatever an official client declares is reachable from Lua, or the page says why not: methods,
// option functions, parameters, and the properties of objects that methods take. The page names
// nothing that the client does not declare. An invented method and an invented option are noticed.
func TestWhatTheOfficialClientsDeclareIsReachable(t *testing.T) {
	t.Parallel()
	scripts := offeredToScripts()
	for heading, client := range map[string]struct {
		read  func(*testing.T) []declared
		least int
	}{
		"Go 1.8.0": {declaredByGo, 140}, "TypeScript 5.3.0": {declaredByTypeScript, 280}, "Python 3.4.0": {declaredByPython, 280}, "Java 1.1.0-m6": {declaredByJava, 220},
	} {
		t.Run(heading, func(t *testing.T) {
			t.Parallel()
			rows, list := reachRows(t, heading), client.read(t)
			if len(list) < client.least {
				t.Errorf("only %d declarations were found", len(list))
			}
			found := scripts.missing(list, rows)
			for _, err := range found {
				t.Error(err)
			}
			for _, d := range list {
				invented := declared{name: "invented", method: d.method, within: d.within}
				if refused := strings.HasPrefix(rows[d.method], "no: "); !refused && len(scripts.missing(append(list, invented), rows)) != len(found)+1 {
					t.Errorf("%+v is not noticed", invented)
				}
			}
		})
	}
}

// goPlace finds the functions, methods and fields of package client that a text names.
var goPlace = regexp.MustCompile("`(?:client\\.)?(\\w+)(?:\\.(\\w+))?`")

// Each option function and each method of the Go SDK's client is in package client under the same
// name, or the page says what is there in its place, and that is there.
func TestWhatTheGoSDKDeclaresIsInPackageClient(t *testing.T) {
	t.Parallel()
	ours := goNames(t, filepath.Join("..", "..", "client"))
	if !ours["Send"] || !ours["QueueInput.OnConflict"] || !ours["Client.Close"] {
		t.Fatal("names of package client were not found")
	}
	rows, known := reachRows(t, "Go 1.8.0 in package client"), map[string]bool{}
	for _, d := range declaredByGo(t) {
		if d.within != "" && !strings.HasPrefix(d.name, "With") {
			continue // a field of a struct
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
