package client_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// onRetry is a handler of a log that calls when what is logged is another try.
type onRetry struct {
	slog.Handler
	call func()
}

func (h onRetry) Enabled(context.Context, slog.Level) bool { return true }

func (h onRetry) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "trying again" {
		h.call()
	}
	return nil
}

// locked returns a client of a file that another writer has locked, and a function to unlock it.
func locked(t *testing.T, config client.ClientConfig) (client.ClientConfig, func()) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.sqlite")
	config.DatabaseURL, config.Create = "sqlite:"+path, true
	before := open(t, config)
	enqueued(t, before, "w", 3)
	mustDo(t, before.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}))
	holder, err := sql.Open("sqlite", "file:"+path)
	mustDo(t, err)
	t.Cleanup(func() { holder.Close() })
	conn, err := holder.Conn(t.Context())
	mustDo(t, err)
	_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	mustDo(t, err)
	return config, func() {
		_, err := conn.ExecContext(context.WithoutCancel(t.Context()), "ROLLBACK")
		mustDo(t, err)
	}
}

// A change that waits for the lock of a file ends with its call, whatever grace it had when it was
// under way, and is known to have changed nothing.
func TestTheWaitForALockEndsWithTheCall(t *testing.T) {
	t.Parallel()
	why, tries := errors.New("the operator pressed Ctrl-C"), 0
	var cancel context.CancelCauseFunc
	config, unlock := locked(t, client.ClientConfig{Grace: time.Hour, Logger: slog.New(onRetry{slog.DiscardHandler, func() {
		tries++
		cancel(why)
	}})})
	c := open(t, config)
	for name, change := range map[string]func(client.Client) error{
		"a statement":       func(c client.Client) error { return c.Send("w0", 1, "t") },
		"one with a result": func(c client.Client) error { return c.CancelWorkflow("w0") },
		"many rows":         func(c client.Client) error { return c.CancelWorkflows([]string{"w0", "w1", "w2"}) },
		"a new row":         func(c client.Client) error { _, err := c.Enqueue("q", "wf", 1); return err },
		"a new row with an id": func(c client.Client) error {
			_, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("x"))
			return err
		},
		"a schedule":              func(c client.Client) error { return c.PauseSchedule("s") },
		"a deletion with looking": func(c client.Client) error { return c.DeleteWorkflows([]string{"w0"}, client.WithDeleteChildren(true)) },
	} {
		ctx, end := context.WithCancelCause(t.Context())
		cancel, tries = end, 0
		err := change(c.WithContext(ctx))
		if client.CodeOf(err) != client.Interrupted || !errors.Is(err, why) && !strings.Contains(err.Error(), why.Error()) || client.MayHaveTakenEffect(err) {
			t.Errorf("%s: %v, unsure %v", name, err, client.MayHaveTakenEffect(err))
		}
		if tries != 1 {
			t.Errorf("%s: it was tried %d times more", name, tries)
		}
		end(nil)
	}
	unlock()
	left, err := open(t, client.ClientConfig{DatabaseURL: config.DatabaseURL}).ListWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusEnqueued}))
	if err != nil || len(left) != 3 {
		t.Errorf("%d are left as they were, want 3 (%v)", len(left), err)
	}
	mustDo(t, c.CancelWorkflow("w0"))
}

// A change gets the lock as soon as it is free, and is done then.
func TestALockIsWaitedFor(t *testing.T) {
	t.Parallel()
	tries := 0
	var unlock func()
	config, free := locked(t, client.ClientConfig{Logger: slog.New(onRetry{slog.DiscardHandler, func() {
		if tries++; tries == 3 {
			unlock()
		}
	}})})
	unlock = free
	mustDo(t, open(t, config).CancelWorkflows([]string{"w0", "w1"}))
	if tries != 3 {
		t.Errorf("it was tried %d times more, and the third time the file was free", tries)
	}
}
