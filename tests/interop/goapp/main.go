// Command goapp is an application on the DBOS SDK for Go. A test drives it over standard input and output: one JSON
// request a line, one JSON response a line.
//
// It is a module of its own, because dbos-script does not depend on the SDK.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	_ "github.com/dbos-inc/dbos-transact-golang/dbos/driver/sqlite"
)

// pollInterval is how often the application looks for changed schedules.
const pollInterval = 250 * time.Millisecond

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	app, err := dbos.NewContext(context.Background(), dbos.Config{
		AppName: "goapp", DatabaseURL: os.Getenv("PEER_DATABASE_URL"), ApplicationVersion: "v1", ExecutorID: "goapp-1",
		SchedulerPollingInterval: pollInterval, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	dbos.RegisterWorkflow(app, tick, dbos.WithWorkflowName("tick"))
	dbos.RegisterWorkflow(app, echo, dbos.WithWorkflowName("echo"))
	if err := dbos.Launch(app); err != nil {
		return err
	}
	if _, err := dbos.RegisterQueue(app, "ordinary", dbos.WithQueueBasePollingInterval(pollInterval)); err != nil {
		return err
	}
	return serve(app)
}

// serve answers requests until standard input ends.
func serve(app dbos.Context) error {
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]bool{"ready": true}); err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		value, err := asked.do(app)
		answer := map[string]any{"id": asked.ID, "value": value}
		if err != nil {
			answer = map[string]any{"id": asked.ID, "error": map[string]string{"name": "Error", "message": err.Error()}}
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}

// tick returns what a run of a schedule was told.
func tick(_ dbos.Context, input dbos.ScheduledWorkflowInput) (any, error) {
	told, err := dbos.DecodeScheduleContext[any](input)
	at := input.ScheduledTime
	return map[string]any{"at": at.UTC().Format(time.RFC3339Nano), "year": at.Year(), "context": told}, err
}

// echo returns its input.
func echo(_ dbos.Context, input map[string]any) (map[string]any, error) { return input, nil }
