// Command gosdk does the benchmark's tasks with the client of the official DBOS SDK for Go, as a
// program of its users would: in one bulk call if the client has one, and otherwise in single calls
// of a few goroutines. Its argument is a task as JSON, with the names of bench/task, and it prints
// a finding in the same form.
//
// It is a module of its own, because dbos-script does not depend on the SDK.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	_ "github.com/dbos-inc/dbos-transact-golang/dbos/driver/sqlite"
)

// A program holds the task and the client that does it.
type program struct {
	client dbos.Client
	task   task
}

func scenarios() map[string]func(program) error {
	return map[string]func(program) error{
		"enqueue":       program.enqueue,
		"enqueue_first": program.enqueueFirst,
		"enqueue_many":  program.enqueueMany,
		"list":          program.list,
		"offset":        program.offset,
		"emit":          program.emit,
		"aggregate":     program.aggregate,
		"read_stream":   program.readStream,
		"rewind":        program.rewind,
		"resume":        program.resume,
		"resume_each":   program.resumeEach,
		"cancel":        program.cancel,
		"cancel_each":   program.cancelEach,
		"fork":          program.fork,
		"send":          program.send,
		"send_many":     program.sendMany,
		"get_event":     program.getEvent,
		"finished":      program.finished,
		"queued":        program.queued,
		"backfill":      program.backfill,
		"debounce":      program.debounce,
		"debounce_keys": program.debounceKeys,
		"cold":          program.cold,
	}
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gosdk:", err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 1 {
		return fmt.Errorf("%d arguments instead of a task", len(arguments))
	}
	var t task
	if err := json.Unmarshal([]byte(arguments[0]), &t); err != nil {
		return fmt.Errorf("the task: %w", err)
	}
	if t.Scenario == "migrate" {
		return dbos.Migrate(context.Background(), t.URL)
	}
	do, found := scenarios()[t.Scenario]
	if !found {
		return fmt.Errorf("the client of the SDK has no scenario %q", t.Scenario)
	}
	client, err := dbos.NewClient(context.Background(), dbos.ClientConfig{DatabaseURL: t.URL, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return err
	}
	if err := do(program{client, t}); err != nil {
		return err
	}
	return dbos.Shutdown(client, 10*time.Second)
}
