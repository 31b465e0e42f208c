package client

import (
	"fmt"
	"slices"
	"strings"
)

// A family is a set of states with one partial index. States are literals in the statement, because
// the generic plans of Postgres ignore partial indexes for parameters. SQLite uses a partial index
// only if the query repeats its condition literally; Postgres would then take the two conditions
// for independent, and underestimate the rows.
type family struct {
	states []WorkflowStatusType
	// among is the condition of the index.
	among string
	// ordered holds the states whose rows an index returns in the order of created_at.
	ordered []WorkflowStatusType
}

func families() []family {
	failed := []WorkflowStatusType{WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}
	return []family{
		{failed, "ws.status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')", failed},
		{[]WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending}, "ws.status IN ('ENQUEUED', 'PENDING')", []WorkflowStatusType{WorkflowStatusPending}},
		{[]WorkflowStatusType{WorkflowStatusDelayed}, "ws.status = 'DELAYED'", nil},
	}
}

// states adds the condition that a workflow is in one of the states. If ids are named as well, or a
// state has no index, the column is compared like any other.
func (f *filter) states(wanted []WorkflowStatusType) {
	var parts []string
	ordered, known := true, 0
	for _, family := range families() {
		asked := common(family.states, wanted)
		if len(asked) == 0 {
			continue
		}
		known += len(asked)
		parts = append(parts, family.condition(asked, f.hints.repeatIndex))
		ordered = ordered && len(asked) == 1 && slices.Contains(family.ordered, asked[0])
	}
	if known == 0 || known < distinct(wanted) || f.hints.fewRows {
		f.anyOf("status", words(wanted))
		return
	}
	f.hints.bitmaps = f.hints.bitmaps || len(parts) > 1
	f.hints.unordered = !ordered || len(parts) > 1
	f.led = true
	f.where("(" + strings.Join(parts, " OR ") + ")")
}

// common returns the states that are wanted.
func common(states, wanted []WorkflowStatusType) []WorkflowStatusType {
	return slices.DeleteFunc(slices.Clone(states), func(s WorkflowStatusType) bool { return !slices.Contains(wanted, s) })
}

// condition returns the SQL for some states of the family. PENDING has an index of its own.
func (f family) condition(asked []WorkflowStatusType, literal bool) string {
	among := fmt.Sprintf("ws.status IN ('%s')", strings.Join(words(asked), "', '"))
	switch {
	case len(asked) == 1 && asked[0] == WorkflowStatusPending:
		return "ws.status = 'PENDING'"
	case len(asked) == len(f.states):
		return f.among
	case literal:
		return f.among + " AND " + among
	}
	return among
}

// distinct returns the number of different states, without empty ones.
func distinct(states []WorkflowStatusType) int {
	sorted := slices.Compact(slices.Sorted(slices.Values(states)))
	return len(withoutEmpty(words(sorted)))
}
