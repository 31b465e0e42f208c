package interop

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

const (
	compatibilityPage = "docs/compatibility.md"
	readmePage        = "README.md"
)

// A capabilityTable is the table of docs/compatibility.md: what applications of each SDK do with
// what we do, and the reverse.
type capabilityTable struct {
	sdks []string
	rows []tableRow
}

type tableRow struct {
	name  string
	cells []string
}

// String is the table in Markdown.
func (c capabilityTable) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "| | %s |\n|---%s|\n", strings.Join(c.sdks, " | "), strings.Repeat("|---", len(c.sdks)))
	for _, row := range c.rows {
		fmt.Fprintf(&text, "| %s | %s |\n", row.name, strings.Join(row.cells, " | "))
	}
	return text.String()
}

// A subject is a line of the README's table, with the capabilities that it stands for.
type subject struct {
	name         string
	capabilities []string
}

var subjects = []subject{
	{"enqueue with every option; results, errors, steps", []string{"enqueue: arguments, results, errors, steps", "enqueue: every option", "read what the application wrote", "warn of enqueues that wait for ever"}},
	{"messages, events, streams", []string{"messages, events, streams", "message with a key", "message to forks too"}},
	{"cancel, resume, rewind, fork, delete", []string{"cancel, resume, delete", "cancel with children", "rewind", "fork from each step", "fork with other children", "the application's client on our workflows"}},
	{"lists and counts", []string{"lists, with each filter, as the application's client", "counts by group, as the application's client", "filter by schedule"}},
	{"attributes", []string{"filter by attributes", "set attributes", "merge attributes"}},
	{"schedules", []string{"schedules"}},
	{"debounces", []string{"debounce from both sides"}},
	{"queues", []string{"queues that we register, with their limits"}},
	{"several applications on one database", []string{"filter by application", "each application takes its own", "rename an application"}},
	{"databases that we make, and a read-only tour", []string{"run on a database that we made", "a read-only tour changes nothing"}},
}

// short returns the README's table: a column for each language, with the versions from which an
// application can do all that a subject stands for.
func (c capabilityTable) short() (string, error) {
	languages, heads, versions := []string{}, map[string][]string{}, map[string][]int{}
	for i, sdk := range c.sdks {
		language, version, _ := strings.Cut(sdk, " ")
		if !slices.Contains(languages, language) {
			languages = append(languages, language)
		}
		heads[language] = append(heads[language], version)
		versions[language] = append(versions[language], i)
	}
	page := capabilityTable{}
	for _, language := range languages {
		page.sdks = append(page.sdks, language+" "+strings.Join(heads[language], ", "))
	}
	for _, subject := range subjects {
		row := tableRow{name: subject.name}
		for _, language := range languages {
			cell, err := c.from(subject, versions[language], heads[language])
			if err != nil {
				return "", err
			}
			row.cells = append(row.cells, cell)
		}
		page.rows = append(page.rows, row)
	}
	return page.String(), nil
}

// from returns the versions that can do all of a subject: "yes" if all can, "no" if none.
func (c capabilityTable) from(s subject, columns []int, versions []string) (string, error) {
	first := len(columns)
	for i := len(columns) - 1; i >= 0; i-- {
		for _, name := range s.capabilities {
			at := slices.IndexFunc(c.rows, func(r tableRow) bool { return r.name == name })
			if at < 0 {
				return "", fmt.Errorf("no capability %q", name)
			}
			if cell := c.rows[at].cells[columns[i]]; cell != "yes" && !strings.HasPrefix(cell, "ours") {
				return since(first, versions), nil
			}
		}
		first = i
	}
	return since(first, versions), nil
}

func since(first int, versions []string) string {
	switch first {
	case 0:
		return "yes"
	case len(versions):
		return "no"
	}
	return "from " + versions[first]
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tableOf reads the first table of a page.
func tableOf(t *testing.T, page string) (found capabilityTable) {
	t.Helper()
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, "|") {
			if len(found.rows) > 0 {
				break
			}
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case found.sdks == nil:
			found.sdks = cells[1:]
		case !strings.HasPrefix(line, "|---"):
			found.rows = append(found.rows, tableRow{cells[0], cells[1:]})
		}
	}
	return found
}

// A cell is one of these. What the run of all applications shows is compared with them by
// TestVersions.
var knownCell = regexp.MustCompile("^(yes|ours|ours, theirs from \\d[\\d.]*|no `\\w+(\\.\\w+)?`)$")

func TestTheTablesNameTheTestedVersions(t *testing.T) {
	t.Parallel()
	page := tableOf(t, readPage(t, compatibilityPage))
	var want []string
	for _, sdk := range peer.Others() {
		want = append(want, sdk.String())
	}
	versions, err := peer.Versions()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		want = append(want, peer.SDK{Language: peer.TypeScript, Version: version}.String())
	}
	if !slices.Equal(page.sdks, want) {
		t.Errorf("%s has columns for %v; applications run on %v", compatibilityPage, page.sdks, want)
	}
	for _, row := range page.rows {
		for _, cell := range row.cells {
			if !knownCell.MatchString(cell) {
				t.Errorf("%s, %s: %q is no result of a test", compatibilityPage, row.name, cell)
			}
		}
		if len(row.cells) != len(want) {
			t.Errorf("%s, %s: %d cells", compatibilityPage, row.name, len(row.cells))
		}
	}
	short, err := page.short()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(readPage(t, readmePage), short) {
		t.Errorf("%s has not the table that follows from %s:\n%s", readmePage, compatibilityPage, short)
	}
}

func TestAShortTableNamesTheFirstVersionThatCan(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cells []string
		want  string
	}{
		{[]string{"yes", "ours", "yes"}, "yes"}, {[]string{"no `x`", "yes", "yes"}, "from 2"}, {[]string{"yes", "no `x`", "yes"}, "from 3"},
		{[]string{"yes", "yes", "FAILED"}, "no"}, {[]string{"yes", "yes", "not tried"}, "no"},
	} {
		page := capabilityTable{rows: []tableRow{{"a", test.cells}}}
		got, err := page.from(subject{"s", []string{"a"}}, []int{0, 1, 2}, []string{"1", "2", "3"})
		if err != nil || got != test.want {
			t.Errorf("%v is %q, %v; want %q", test.cells, got, err, test.want)
		}
	}
	if _, err := (capabilityTable{}).from(subject{"s", []string{"gone"}}, []int{0}, []string{"1"}); err == nil {
		t.Error("a capability that is not there is accepted")
	}
}
