// Package goclient does the benchmark's tasks with this project's client, from Go.
//
// Start with Run in doc.go.
package goclient

import (
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// scenario is one kind of task. It warms up the connection and its statements before it measures.
type scenario func(c client.Client, t task.Task) (task.Finding, error)

func scenarios() map[string]scenario {
	return map[string]scenario{
		"enqueue":       enqueue,
		"enqueue_first": enqueueFirst,
		"enqueue_many":  enqueueMany,
		"list":          list,
		"walk":          walk,
		"offset":        offset,
		"aggregate":     aggregate,
		"read_stream":   readStream,
		"prune":         prune,
		"rewind":        rewind,
		"resume":        resume,
		"set_priority":  waiting(setPriority),
		"move_queue":    waiting(moveQueue),
		"hold":          waiting(client.Client.HoldAll),
		"release":       waiting(client.Client.ReleaseAll),
		"resume_each":   resumeEach,
		"bulk":          bulk,
		"cancel":        cancel,
		"cancel_each":   cancelEach,
		"fork":          fork,
		"send":          send,
		"send_many":     sendMany,
		"get_event":     getEvent,
		"finished":      finished,
		"queued":        queued,
		"backfill":      backfill,
		"debounce":      debounce,
		"debounce_keys": debounceKeys,
		"cold":          cold,
		"engine":        engine,
		"serve_short":   serveShort,
		"serve_parked":  serveParked,

		"set_priority_filter": filtered(setPriority),
		"hold_filter":         filtered(client.Client.HoldAll),
	}
}

// Knows returns true if there is such a scenario.
func Knows(name string) bool {
	_, found := scenarios()[name]
	return found
}

// Run does a task and returns its finding.
func Run(ctx context.Context, t task.Task) (task.Finding, error) {
	do, found := scenarios()[t.Scenario]
	if !found {
		return task.Finding{}, fmt.Errorf("this client has no scenario %q", t.Scenario)
	}
	c, err := client.NewClient(ctx, client.ClientConfig{DatabaseURL: t.URL})
	if err != nil {
		return task.Finding{}, err
	}
	defer c.Shutdown(time.Second)
	return do(c, t)
}
