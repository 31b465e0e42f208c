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
	// ordered holds the states that an index returns in the order of created_at, each by itself.
	ordered []string
	// byState is true if that index begins with the state.
	byState bool
}

func families() []family {
	failed := []string{"ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
	return []family{
		{failed, "ws.status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')", failed, true},
		{[]string{"ENQUEUED", "PENDING"}, "ws.status IN ('ENQUEUED', 'PENDING')", []string{"PENDING"}, false},
		{[]string{"DELAYED"}, "ws.status = 'DELAYED'", nil, false},
	}
}

// States adds the condition that a workflow is in one of the states. If ids are named as well, or a
// state has no index, the column is compared like any other.
func (f *Filter) States(wanted []string) {
	var branches []branch
	known := 0
	for _, family := range families() {
		asked := common(family.states, wanted)
		known += len(asked)
		branches = append(branches, family.branches(asked, f.Hints.RepeatIndex)...)
	}
	if known == 0 || known < distinct(wanted) || f.Hints.FewRows {
		f.Unindexed("status")
		f.AnyOf("status", wanted)
		return
	}
	f.indexed = true
	if len(branches) == 1 {
		f.Hints.unordered, f.byState = !branches[0].ordered, branches[0].ranged != ""
		f.Add("(" + branches[0].indexed() + ")")
		return
	}
	f.Hints.unordered = true
	f.branches = branches
}

// A branch selects states by one index.
type branch struct {
	condition string
	ordered   bool // the index returns the rows in the order of created_at
	// ranged is the condition as a range of the state, if the index begins with it. Sorted by the
	// state first, the rows come in the order of this index, and of no other: Postgres would take
	// the index on created_at, and read the whole table if the rows are at its end.
	ranged string
}

// indexed returns the condition by which the index returns the rows in order.
func (b branch) indexed() string {
	if b.ranged != "" {
		return b.ranged
	}
	return b.condition
}

// branches returns one branch for each state if an index returns each in order, else one branch.
func (f family) branches(asked []string, repeatIndex bool) []branch {
	if len(asked) == 0 {
		return nil
	}
	if len(common(f.ordered, asked)) < len(asked) {
		return []branch{{condition: f.condition(asked, repeatIndex)}}
	}
	list := make([]branch, len(asked))
	for i, state := range asked {
		list[i] = branch{condition: f.condition([]string{state}, repeatIndex), ordered: true}
		if f.byState {
			list[i].ranged = fmt.Sprintf("%[1]s AND ws.status >= '%[2]s' AND ws.status <= '%[2]s'", f.index, state)
		}
	}
	return list
}

// either returns the condition that one of the branches holds.
func either(branches []branch) string {
	conditions := make([]string, len(branches))
	for i, b := range branches {
		conditions[i] = b.condition
	}
	return "(" + strings.Join(conditions, " OR ") + ")"
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
