package client

import (
	"slices"
	"testing"
)

// A name that has run on a queue needs no look at the steps of its workflows that have none, as
// cancelled ones have none.
func TestStepsAreReadOnlyOfNamesThatMayNotHaveRun(t *testing.T) {
	t.Parallel()
	k := &seenTargets{found: []registration{
		{name: "report", mayHaveRun: true},
		{name: "report", queue: "q", ran: true, mayHaveRun: true},
		{name: "report", class: "Orders", mayHaveRun: true},
		{name: "waiting", queue: "q"},
		{name: "stopped", mayHaveRun: true},
	}}
	if doubtful := k.doubtful(); !slices.Equal(doubtful, []string{"report", "stopped"}) {
		t.Errorf("read are the steps of %q", doubtful)
	}
	if !k.found[0].ran || k.found[2].ran {
		t.Errorf("the same name and class has run on every queue, and no other class: %+v", k.found)
	}
}
