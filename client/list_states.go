package client

import (
	"fmt"
	"slices"
	"strings"
)

// A family of states has a partial index for all of them. A database takes such an index only where it can tell that a
// query is about no other rows. Postgres cannot tell from a parameter, once a statement has been carried out so often that
// its plan must do for all parameters; so the states are part of the statement, which is how a list of a few failed
// workflows keeps from reading a million others. SQLite can tell only where the query says so in the index's own words.
// They are not said to Postgres too: it would take both conditions for independent, expect next to no rows, and sort
// all there are.
type family struct {
	states []WorkflowStatusType
	// among is true for all of them, as the index has it.
	among string
	// ordered are those that an index gives in the order of their creation.
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

// states asks for some states. Where ids are asked for too, or a state without an index, the column is compared with
// like any other.
func (f *filter) states(wanted []WorkflowStatusType) {
	var parts []string
	ordered, known := true, 0
	for _, family := range families() {
		asked := common(family.states, wanted)
		if len(asked) == 0 {
			continue
		}
		known += len(asked)
		parts = append(parts, family.condition(asked, f.literal))
		ordered = ordered && len(asked) == 1 && slices.Contains(family.ordered, asked[0])
	}
	if known == 0 || known < distinct(wanted) || f.few {
		f.anyOf("status", words(wanted))
		return
	}
	f.bitmaps = f.bitmaps || len(parts) > 1
	f.unordered = !ordered || len(parts) > 1
	f.where("(" + strings.Join(parts, " OR ") + ")")
}

// common are those of some states that are wanted.
func common(states, wanted []WorkflowStatusType) []WorkflowStatusType {
	return slices.DeleteFunc(slices.Clone(states), func(s WorkflowStatusType) bool { return !slices.Contains(wanted, s) })
}

// condition is true for some of the states. They are known, so they need no quoting. PENDING has an index of its own.
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

// distinct counts states; an empty one asks for nothing.
func distinct(states []WorkflowStatusType) int {
	sorted := slices.Compact(slices.Sorted(slices.Values(states)))
	return len(withoutEmpty(words(sorted)))
}
