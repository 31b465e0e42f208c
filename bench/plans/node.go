package plans

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Node is a node of a plan. It leaves out the numbers of rows, which differ between two sizes of
// a database although the plan is the same.
type Node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Bounds   string  `json:"Index Cond"`
	Filter   string  `json:"Filter"`
	Cost     float64 `json:"Total Cost"` // decides whether Postgres compiles the plan
	Children []Node  `json:"Plans"`
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

// shape returns a text that is equal for equal plans. It leaves out whether rows are kept for a
// second pass, or come sorted in part, because a few rows more or less decide that.
func (n Node) shape() string {
	return strings.ReplaceAll(n.withoutStores().String(), "Incremental Sort", "Sort")
}

// withoutStores returns the plan with the children of Materialize and Memoize in their place.
func (n Node) withoutStores() Node {
	var children []Node
	for _, child := range n.Children {
		child = child.withoutStores()
		if child.Type == "Materialize" || child.Type == "Memoize" {
			children = append(children, child.Children...)
			continue
		}
		children = append(children, child)
	}
	n.Children = children
	return n
}

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

// fullReads returns the growing tables that are read completely: sequentially, or by an index
// without bounds. An index below a limit (limited) does not count, because the limit ends the read,
// except if few rows match: then the limit may never be reached.
func (n Node) fullReads(few, limited bool) []string {
	var tables []string
	limited = n.limited(limited) && !(few && n.Filter != "")
	wholeIndex := n.Index != "" && n.Bounds == "" && !partial(n.Index)
	if (n.Type == "Seq Scan" || wholeIndex && !limited) && slices.Contains(growing(), n.Relation) {
		tables = append(tables, n.Relation)
	}
	for _, child := range n.Children {
		tables = append(tables, child.fullReads(few, limited)...)
	}
	return tables
}

// limited returns true if a limit ends the reading of the node's children. above is the same for
// the node itself.
func (n Node) limited(above bool) bool {
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

// growing returns the tables that have the more rows, the more workflows there are.
func growing() []string {
	return []string{"workflow_status", "workflow_input", "workflow_output", "operation_outputs", "notifications",
		"workflow_events", "workflow_events_history", "streams"}
}
