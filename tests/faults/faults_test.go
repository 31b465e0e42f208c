// Package faults holds docs/design/faults.md against the tests that it names.
package faults

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = "../.."

var (
	testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	named        = regexp.MustCompile("`((?:Test|Fuzz)\\w+|[\\w./-]+\\.(?:txt|lua))`")
)

// tests returns the test functions of the repository, and its transcripts and scripts by every end
// of their path.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == ".git" || name == "node_modules" || name == "build" || name == "bin"):
			return filepath.SkipDir
		case strings.HasSuffix(name, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, match := range testFunction.FindAllSubmatch(text, -1) {
				found[string(match[1])] = true
			}
		case strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".lua"):
			parts := strings.Split(filepath.ToSlash(path), "/")
			for i := range parts {
				found[strings.Join(parts[i:], "/")] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// rows returns the rows of the page's tables, without their heads.
func rows(page string) (list []string) {
	lines := strings.Split(page, "\n")
	for i, line := range lines {
		isHead := i+1 < len(lines) && strings.HasPrefix(lines[i+1], "|---")
		if strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "|---") && !isHead {
			list = append(list, line)
		}
	}
	return list
}

// missing returns the names of a row that are no test, and whether the row's last column names
// one at all.
func missing(row string, tests map[string]bool) (names []string, some bool) {
	cells := strings.Split(strings.TrimSuffix(strings.TrimSpace(row), "|"), "|")
	for _, match := range named.FindAllStringSubmatch(cells[len(cells)-1], -1) {
		some = true
		if !tests[match[1]] {
			names = append(names, match[1])
		}
	}
	return names, some
}

// A row without a test says so: it is open, or the answer is a reason.
var withoutTest = regexp.MustCompile(`\| (Open|Answered): `)

func TestEveryFaultHasATestThatExists(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(root, "docs/design/faults.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests, list := tests(t), rows(string(page))
	if len(tests) < 1000 || len(list) < 30 {
		t.Fatalf("only %d tests and %d rows were found", len(tests), len(list))
	}
	for _, row := range list {
		names, some := missing(row, tests)
		if !some && !withoutTest.MatchString(row) {
			t.Errorf("names no test: %s", row)
		}
		for _, name := range names {
			t.Errorf("%s does not exist: %s", name, row)
		}
	}
}

func TestMissingTestsAreFound(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"TestThis": true, "that.txt": true}
	page := "| a | by |\n|---|---|\n| `TestOther` | `TestThis`, `that.txt` |\n| b | `TestGone`, `gone.txt` |\n| c | nothing |"
	list := rows(page)
	if len(list) != 3 {
		t.Fatalf("rows: %q", list)
	}
	for i, want := range []struct {
		names []string
		some  bool
	}{{nil, true}, {[]string{"TestGone", "gone.txt"}, true}, {nil, false}} {
		if names, some := missing(list[i], known); !slices.Equal(names, want.names) || some != want.some {
			t.Errorf("%s: %v, %v", list[i], names, some)
		}
	}
}
