package bindings

import (
	"context"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client"
)

// maxStates is how many workflows States reads.
const maxStates = 20

// States has a line for each of the first handles: the id, the state and the name of its workflow now; and a line that
// counts the other handles.
func States(ctx context.Context, handles []*Handle) (string, error) {
	known := map[string]client.WorkflowStatus{}
	first := handles[:min(len(handles), maxStates)]
	width := 0
	for connection, ids := range byConnection(first) {
		list, err := connection.with(ctx).ListWorkflows(client.WithListWorkflowsOptions(client.ListWorkflowsOptions{WorkflowIDs: ids}))
		if err != nil {
			return "", err
		}
		for _, w := range list {
			known[w.ID] = w
		}
	}
	for _, h := range first {
		width = max(width, len(h.id))
	}
	var lines []string
	for _, h := range first {
		state := "is not in the database"
		if w, found := known[h.id]; found {
			state = fmt.Sprintf("%s  %s", w.Status, w.Name)
		}
		lines = append(lines, fmt.Sprintf("%-*s  %s", width, h.id, state))
	}
	if more := len(handles) - len(first); more > 0 {
		lines = append(lines, fmt.Sprintf("%d more", more))
	}
	return strings.Join(lines, "\n"), nil
}

func byConnection(handles []*Handle) map[*Connection][]string {
	ids := map[*Connection][]string{}
	for _, h := range handles {
		ids[h.connection] = append(ids[h.connection], h.id)
	}
	return ids
}
