package plans

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Node is one of a plan's, without what depends on the number of rows.
type Node struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Name"`
	Bounds   string `json:"Index Cond"`
	Filter   string `json:"Filter"`
	Children []Node `json:"Plans"`
}

// parse reads EXPLAIN (FORMAT JSON).
func parse(text []byte) (Node, error) {
	var plans []struct{ Plan Node }
	if err := json.Unmarshal(text, &plans); err != nil {
		return Node{}, err
	}
	if len(plans) != 1 {
		return Node{}, fmt.Errorf("%d plans instead of one", len(plans))
	}
	return plans[0].Plan, nil
}

// String has a line for each node, a child below its parent.
func (n Node) String() string {
	var text strings.Builder
	n.write(&text, 0)
	return text.String()
}

// shape is what makes two plans the same.
func (n Node) shape() string { return strings.ReplaceAll(n.String(), "Incremental Sort", "Sort") }

func (n Node) write(text *strings.Builder, depth int) {
	words := []string{n.Type}
	for _, word := range []string{n.Index, n.Relation} {
		if word != "" {
			words = append(words, word)
		}
	}
	fmt.Fprintf(text, "%s%s\n", strings.Repeat("  ", depth), strings.Join(words, " "))
	for _, child := range n.Children {
		child.write(text, depth+1)
	}
}

// whole are the tables of which all rows are read, one after the other or by an index without bounds, of those that
// grow with the workflows. What stops at a limit does not count, but where few rows are wanted it may never get there.
func (n Node) whole(few, limited bool) []string {
	var tables []string
	limited = n.limits(limited) && !(few && n.Filter != "")
	all := n.Type == "Seq Scan" || !limited && n.Bounds == "" && n.Index != "" && !partial(n.Index)
	if all && slices.Contains(growing(), n.Relation) {
		tables = append(tables, n.Relation)
	}
	for _, child := range n.Children {
		tables = append(tables, child.whole(few, limited)...)
	}
	return tables
}

// limits tells whether the rows of a node's children are read only as far as they are needed.
func (n Node) limits(above bool) bool {
	switch n.Type {
	case "Limit":
		return true
	case "Sort", "Aggregate", "Hash", "Materialize", "WindowAgg":
		return false
	}
	return above
}

// partial indexes hold the rows of some states only.
func partial(index string) bool {
	return slices.Contains([]string{"idx_workflow_status_delayed", "idx_workflow_status_failed", "idx_workflow_status_in_flight",
		"idx_workflow_status_pending"}, index)
}

func growing() []string {
	return []string{"workflow_status", "workflow_input", "workflow_output", "operation_outputs", "notifications",
		"workflow_events", "workflow_events_history", "streams"}
}
