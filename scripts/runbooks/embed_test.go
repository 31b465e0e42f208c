package runbooks_test

import (
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
		if r.Name == "" || r.Summary == "" || r.Text == "" {
			t.Errorf("runbook %q of %q has the summary %q and %d bytes", r.Name, r.Parent, r.Summary, len(r.Text))
		}
	}
}
