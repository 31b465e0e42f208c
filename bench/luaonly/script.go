package luaonly

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// Script runs a task's script several times on a client that answers at once, and returns the
// median of the script's reports: Lua's part of the task's time.
func Script(ctx context.Context, path string, t task.Task, runs int) (float64, error) {
	t.Prefix = "alone"
	seconds := make([]float64, runs)
	for i := range seconds {
		finding, err := script(ctx, path, t)
		if err != nil {
			return 0, err
		}
		seconds[i] = finding.Seconds
	}
	slices.Sort(seconds)
	return seconds[runs/2], nil
}

func script(ctx context.Context, path string, t task.Task) (f task.Finding, err error) {
	var out strings.Builder
	source, err := run.ReadFile(path)
	if err != nil {
		return f, err
	}
	r, err := newRun(ctx, newFakeClient(t.IDs(t.Count)), path, t.Flags(), &out)
	if err != nil {
		return f, err
	}
	defer r.Close()
	if err := r.Execute(source); err != nil {
		return f, err
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &f); err != nil {
		return f, fmt.Errorf("%s reported %q: %w", path, out.String(), err)
	}
	return f, nil
}
