package bindings

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/dbos-script/dbos-script/client"
)

// maxStates is how many workflows States reads.
const maxStates = 20

// States has a line for each of the first handles: the id, the state and the name of its workflow
// now; and a line that counts the other handles.
func States(ctx context.Context, handles []*Handle) (string, error) {
	known := map[string]client.WorkflowStatus{}
	first := handles[:min(len(handles), maxStates)]
	for connection, ids := range byConnection(first) {
		list, err := connection.with(ctx).ListWorkflows(client.WithListWorkflowsOptions(client.ListWorkflowsOptions{WorkflowIDs: ids}))
		if err != nil {
			return "", err
		}
		for _, w := range list {
			known[w.ID] = w
		}
	}
	var rows [][]string
	for _, h := range first {
		state := []string{"is not in the database"}
		if w, found := known[h.id]; found {
			state = []string{string(w.Status), w.Name}
		}
		rows = append(rows, append([]string{h.id}, state...))
	}
	return aligned(rows, len(handles)), nil
}

// Lines returns a line for each of the first workflows: its id, the outcome, and its state or the
// reason if nothing was done. A last line counts the other workflows.
func (c *Changes) Lines() string {
	var rows [][]string
	for _, r := range c.report.Results[:min(len(c.report.Results), maxStates)] {
		state := string(r.Status)
		if r.Reason != "" {
			state = r.Reason
		}
		rows = append(rows, []string{r.ID, string(r.Outcome), state})
	}
	return aligned(rows, len(c.report.Results))
}

// aligned has the cells of all rows under each other, and a line that counts the rows that are
// left out of a total.
func aligned(rows [][]string, total int) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	if more := total - len(rows); more > 0 {
		fmt.Fprintf(w, "%d more\n", more)
	}
	_ = w.Flush() // a strings.Builder takes all
	return strings.TrimRight(b.String(), "\n")
}

func byConnection(handles []*Handle) map[*Connection][]string {
	ids := map[*Connection][]string{}
	for _, h := range handles {
		ids[h.connection] = append(ids[h.connection], h.id)
	}
	return ids
}
