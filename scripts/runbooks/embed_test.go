package runbooks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/scripts/runbooks"
)

// The list of commands shows the summary, which is found in the text of the declaration.
func TestEveryRunbookHasANameAndASummary(t *testing.T) {
	t.Parallel()
	all := runbooks.All()
	if len(all) == 0 {
		t.Error("there are no runbooks")
	}
	for _, r := range all {
		if r.Name == "" || r.Summary == "" || r.Text() == "" {
			t.Errorf("runbook %q of %q has the summary %q and %d bytes", r.Name, r.Parent, r.Summary, len(r.Text()))
		}
	}
}

// A runbook is one text: each of its parts is in it once, above the line that uses it, and none is
// left to require. Every part belongs to a runbook.
func TestARunbookHasItsParts(t *testing.T) {
	t.Parallel()
	parts, err := filepath.Glob("parts/*.lua")
	if err != nil || len(parts) == 0 {
		t.Fatal(parts, err)
	}
	used := map[string]int{}
	for _, r := range runbooks.All() {
		if strings.Contains(r.Text(), `require "parts`) {
			t.Errorf("%s requires a part", r.Name)
		}
		for _, path := range parts {
			name := strings.TrimSuffix(filepath.Base(path), ".lua")
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(body), "\n")
			defined, at := strings.Count(r.Text(), "local part_"+name+" = "), strings.Index(r.Text(), "part_"+name)
			if held := strings.Count(r.Text(), first+"\n"); defined != held || defined > 1 || defined == 1 && !strings.HasPrefix(r.Text()[at-len("local "):], "local part_") {
				t.Errorf("%s defines %s %d times, and holds it %d times", r.Name, name, defined, held)
			}
			used[name] += defined
		}
	}
	for _, path := range parts {
		if name := strings.TrimSuffix(filepath.Base(path), ".lua"); used[name] == 0 {
			t.Errorf("no runbook has the part %s", name)
		}
	}
}
