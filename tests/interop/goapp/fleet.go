package main

import (
	"context"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	"github.com/jackc/pgx/v5/pgxpool"
)

// registerFleet registers the workflows of the tests of stuck workflows and of executors that die.
func registerFleet(app dbos.Context, starters map[string]starter) {
	starters["linger"] = add(app, "linger", linger)
	starters["listen"] = add(app, "listen", listen)
	starters["labour"] = add(app, "labour", labour)
}

// linger takes one step of so many seconds, and another one.
func linger(ctx dbos.Context, seconds float64) (string, error) {
	long := func(context.Context) (string, error) {
		time.Sleep(time.Duration(seconds * float64(time.Second)))
		return "long", nil
	}
	if _, err := dbos.RunAsStep(ctx, long, dbos.WithStepName("long")); err != nil {
		return "", err
	}
	return dbos.RunAsStep(ctx, func(context.Context) (string, error) { return "after", nil }, dbos.WithStepName("after"))
}

// listen waits for an event of another workflow.
func listen(ctx dbos.Context, id string) (any, error) {
	return dbos.GetEvent[any](ctx, id, "never", time.Minute)
}

// witnesses is the database of the table in which steps write that they ran.
var witnesses = sync.OnceValues(func() (*pgxpool.Pool, error) {
	return pgxpool.New(context.Background(), os.Getenv("PEER_DATABASE_URL"))
})

const (
	// witness stores the run of a step beside the tables of DBOS.
	witness = `INSERT INTO witness (workflow, step, executor) VALUES ($1, $2, $3)`
	// isOpen is not 0 if the gate is open for an executor.
	isOpen = `SELECT COUNT(*) FROM gate WHERE executor = $1`
)

// labour stores that each of its four steps ran. The second ends when its gate is open.
func labour(ctx dbos.Context, _ string) (string, error) {
	id, err := dbos.GetWorkflowID(ctx)
	if err != nil {
		return "", err
	}
	done := []string{}
	for _, name := range []string{"begin", "gate", "work", "end"} {
		step := func(ctx context.Context) (string, error) { return name, attest(ctx, id, name) }
		made, err := dbos.RunAsStep(ctx, step, dbos.WithStepName(name))
		if err != nil {
			return "", err
		}
		done = append(done, made)
	}
	return strings.Join(done, " "), nil
}

// attest stores that a step runs, and waits for the gate in the step of that name.
func attest(ctx context.Context, id, step string) error {
	pool, err := witnesses()
	if err != nil {
		return err
	}
	executor := setting("PEER_EXECUTOR", "goapp-1")
	if _, err := pool.Exec(ctx, witness, id, step, executor); err != nil || step != "gate" {
		return err
	}
	for {
		var open int
		if err := pool.QueryRow(ctx, isOpen, executor).Scan(&open); err != nil || open > 0 {
			return err
		}
		time.Sleep(pollInterval)
	}
}
