package client

import (
	"slices"
	"testing"
)

func TestAllIDsOfAReport(t *testing.T) {
	t.Parallel()
	ids := []string{"b", "a"}
	for name, report := range map[string]*Report{
		"one outcome":  ReportOf("resume workflows", ids, OutcomeChanged, WorkflowStatusEnqueued),
		"results only": {Results: []ChangeResult{{ID: "b", Outcome: OutcomeUnknown}, {ID: "a", Outcome: OutcomeChanged}}},
	} {
		if got := report.AllIDs(); !slices.Equal(got, ids) || len(report.Results) != 2 || report.Results[1].ID != "a" {
			t.Errorf("%s: the ids are %v, the results %v", name, got, report.Results)
		}
	}
	if got := (&Report{}).AllIDs(); len(got) != 0 {
		t.Errorf("a report of nothing has the ids %v", got)
	}
}
