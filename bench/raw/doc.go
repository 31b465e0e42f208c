// Package raw does the benchmark's tasks with the database's own driver and the least SQL and
// round trips, like a program written for one task. The clients are compared with it, so nothing
// in it may be slower than necessary.
//
// A task is written once, for both databases. A store sends its statements: see statement for how
// one text becomes the SQL of each.
//
// Start with Run in doc.go; the statements of each task stand in the file of its topic.
package raw

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	workflow = "process_order"
	codec    = "portable_json"
	forkStep = 5
)

// input returns the input of every enqueued workflow, in the portable format.
func input(i int) string {
	return fmt.Sprintf(`{"positionalArgs":[{"order":%d,"customer":"ann@example.org","items":[1,2,3]}],"namedArgs":{}}`, i)
}

func now() int64 { return time.Now().UnixMilli() }

// A program holds the task and the store that it works on.
type program struct {
	store
	task task.Task
}

// scenarios are the tasks of both databases.
func scenarios() map[string]func(program, context.Context) (task.Finding, error) {
	return map[string]func(program, context.Context) (task.Finding, error){
		"enqueue":       program.enqueue,
		"enqueue_first": program.enqueueFirst,
		"enqueue_many":  program.enqueueMany,
		"list":          program.list,
		"walk":          program.walk,
		"offset":        program.offset,
		"aggregate":     program.aggregate,
		"read_stream":   program.readStream,
		"prune":         program.prune,
		"rewind":        program.rewind,
		"resume":        program.resume,
		"set_priority":  program.setPriority,
		"move_queue":    program.moveQueue,
		"hold":          program.hold,
		"release":       program.release,
		"resume_each":   program.resumeEach,
		"bulk":          program.bulk,
		"cancel":        program.cancel,
		"cancel_each":   program.cancelEach,
		"fork":          program.fork,
		"send":          program.sendLoop,
		"send_many":     program.sendMany,
		"get_event":     program.getEvent,
		"finished":      program.finished,
		"queued":        program.queued,
		"backfill":      program.backfill,
		"debounce":      program.debounce,
		"debounce_keys": program.debounceKeys,
		"cold":          program.cold,

		"set_priority_filter": program.setPriorityFiltered,
		"hold_filter":         program.holdFiltered,
	}
}

// Run does a task and returns its finding.
func Run(ctx context.Context, t task.Task) (task.Finding, error) {
	do, found := scenarios()[t.Scenario]
	if !found {
		return task.Finding{}, fmt.Errorf("the raw program has no scenario %q", t.Scenario)
	}
	open := openPostgres
	if strings.HasPrefix(t.URL, "sqlite:") {
		open = openSQLite
	}
	s, err := open(ctx, t)
	if err != nil {
		return task.Finding{}, err
	}
	defer s.close()
	return do(program{s, t}, ctx)
}

// Knows returns true if there is such a scenario.
func Knows(name string) bool {
	_, found := scenarios()[name]
	return found
}

// finding measures something that reports how many items it was about.
func (p program) finding(do func() (int, error)) (task.Finding, error) {
	items := 0
	seconds, err := task.Timed(func() (err error) {
		items, err = do()
		return err
	})
	if err == nil && items != p.task.Count {
		err = fmt.Errorf("%d rows instead of %d", items, p.task.Count)
	}
	return task.Finding{Seconds: seconds, Items: items}, err
}

// set measures one list of statements about all workflows of the task, after the same about its
// spare ones.
func (p program) set(ctx context.Context, statements func(ids []string) []statement) (task.Finding, error) {
	if err := p.send(ctx, statements(p.task.Spare())...); err != nil {
		return task.Finding{}, err
	}
	ids := p.task.IDs(p.task.Count)
	return p.finding(func() (int, error) { return p.task.Count, p.send(ctx, statements(ids)...) })
}
