package where

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
	states []string
	index  string // the condition of the index
	// ordered is the state whose rows an index returns in the order of created_at, if it is alone.
	ordered []string
}

func families() []family {
	failed := []string{"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
	return []family{
		{failed, "ws.status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')", failed},
		{[]string{"ENQUEUED", "PENDING"}, "ws.status IN ('ENQUEUED', 'PENDING')", []string{"PENDING"}},
		{[]string{"DELAYED"}, "ws.status = 'DELAYED'", nil},
	}
}

// States adds the condition that a workflow is in one of the states. If ids are named as well, or a
// state has no index, the column is compared like any other.
func (f *Filter) States(wanted []string) {
	var parts []string
	ordered, known := true, 0
	for _, family := range families() {
		asked := common(family.states, wanted)
		if len(asked) == 0 {
			continue
		}
		known += len(asked)
		parts = append(parts, family.condition(asked, f.Hints.RepeatIndex))
		ordered = ordered && len(asked) == 1 && slices.Contains(family.ordered, asked[0])
	}
	if known == 0 || known < distinct(wanted) || f.Hints.FewRows {
		f.AnyOf("status", wanted)
		return
	}
	f.Hints.Bitmaps = f.Hints.Bitmaps || len(parts) > 1
	f.Hints.unordered = !ordered || len(parts) > 1
	f.indexed = true
	f.Add("(" + strings.Join(parts, " OR ") + ")")
}

// common returns the states that are wanted.
func common(states, wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(states), func(s string) bool { return !slices.Contains(wanted, s) })
}

// condition returns the SQL for some states of the family. PENDING has an index of its own.
func (f family) condition(asked []string, repeatIndex bool) string {
	literals := fmt.Sprintf("ws.status IN ('%s')", strings.Join(asked, "', '"))
	switch {
	case len(asked) == 1 && asked[0] == "PENDING":
		return "ws.status = 'PENDING'"
	case len(asked) == len(f.states):
		return f.index
	case repeatIndex:
		return f.index + " AND " + literals
	}
	return literals
}

// distinct returns the number of different states, without empty ones.
func distinct(states []string) int {
	return len(WithoutEmpty(slices.Compact(slices.Sorted(slices.Values(states)))))
}
