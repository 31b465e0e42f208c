// Command goapp is an application on the DBOS SDK for Go. A test drives it over standard input and
// output: one JSON request a line, one JSON response a line, as tests/interop/peer says.
//
// It is a module of its own, because dbos-script does not depend on the SDK. Its go.mod requires
// the newest version; v*.mod beside it require older ones, for "go build -modfile".
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	_ "github.com/dbos-inc/dbos-transact-golang/dbos/driver/sqlite"
)

// pollInterval is how often the application looks for changed schedules, and at its queue.
const pollInterval = 200 * time.Millisecond

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) > 1 && os.Args[1] == "migrations" {
		statements, err := migrations()
		return errors.Join(err, json.NewEncoder(os.Stdout).Encode(statements))
	}
	url, name := os.Getenv("PEER_DATABASE_URL"), setting("PEER_NAME", "goapp")
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d := &driver{}
	if os.Getenv("PEER_CLIENT_ONLY") == "" {
		if err := d.launch(url, name, logger); err != nil {
			return err
		}
	}
	client, err := dbos.NewClient(context.Background(), dbos.ClientConfig{DatabaseURL: url, AppName: name, Logger: logger})
	if err != nil {
		return err
	}
	d.client = client
	return serve(d)
}

// launch starts the application, beside which the client works.
func (d *driver) launch(url, name string, logger *slog.Logger) (err error) {
	d.app, err = dbos.NewContext(context.Background(), dbos.Config{
		AppName: name, DatabaseURL: url, ApplicationVersion: setting("PEER_VERSION", "v1"), ExecutorID: setting("PEER_EXECUTOR", "goapp-1"),
		SchedulerPollingInterval: pollInterval, Logger: logger,
	})
	if err != nil {
		return err
	}
	d.starters = register(d.app)
	registerFleet(d.app, d.starters)
	if err := dbos.Launch(d.app); err != nil {
		return err
	}
	_, err = dbos.RegisterQueue(d.app, setting("PEER_QUEUE", "ordinary"), dbos.WithQueueBasePollingInterval(pollInterval))
	return err
}

func setting(name, otherwise string) string { return cmp.Or(os.Getenv(name), otherwise) }

func nameOf(err error) string {
	if errors.Is(err, errNoOperation) {
		return "NoOperation"
	}
	return "Error"
}

// serve answers requests until standard input ends.
func serve(d *driver) error {
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(map[string]bool{"ready": true}); err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		value, err := d.answer(asked)
		answer := map[string]any{"id": asked.ID, "value": value}
		if err != nil {
			answer = map[string]any{"id": asked.ID, "error": map[string]string{"name": nameOf(err), "message": err.Error()}}
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	return lines.Err()
}
