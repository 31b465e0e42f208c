package clienttest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/simulator"
)

func TestCallsAfterShutdown(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for range 2 {
			c.Shutdown(time.Minute)
		}
		for _, o := range operations.All() {
			if o.Call == nil {
				continue
			}
			if err := o.Do(c.WithContext(t.Context())); client.CodeOf(err) != client.Closed {
				t.Errorf("%s returns %v", o.Method, err)
			}
		}
	})
}

// A connection that is in use is an error of Close, and of a second one until it is free.
func TestCloseReturnsTimeoutIfAConnectionIsInUse(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	pool, err := pgxpool.New(t.Context(), b.Config().DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	c := b.NewClient(func(config *client.ClientConfig) { config.SystemDBPool, config.DatabaseURL = pool, "" })
	conn, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	late := client.Shutdown(c, time.Millisecond)
	if client.CodeOf(late) != client.Timeout || !errors.Is(late, context.DeadlineExceeded) {
		t.Errorf("Shutdown returns %v", late)
	}
	if err := c.WithContext(t.Context()).Close(time.Millisecond); client.CodeOf(err) != client.Timeout {
		t.Errorf("the second Close returns %v", err)
	}
	c.Shutdown(time.Millisecond) // which says nothing
	conn.Release()
	if err := c.Close(time.Minute); err != nil {
		t.Errorf("the last Close returns %v", err)
	}
	if err := client.Shutdown(nil, time.Second); err != nil {
		t.Errorf("no client: %v", err)
	}
}

// waits return calls that wait for the workflow id, without a limit.
func waits() []func(client.Client) error {
	return []func(client.Client) error{
		func(c client.Client) error { _, err := c.Handle("id").GetResult(); return err },
		func(c client.Client) error { _, err := c.Wait([]string{"id"}); return err },
		func(c client.Client) error { _, err := c.GetEvent("id", "k", time.Hour); return err },
		func(c client.Client) error { _, _, err := c.ClientReadStream("id", "k"); return err },
		readAsync,
		func(c client.Client) error {
			for _, err := range c.Stream("id", "k") {
				return err
			}
			return nil
		},
	}
}

func readAsync(c client.Client) error {
	values, err := c.ClientReadStreamAsync("id", "k")
	if err != nil {
		return err
	}
	for value := range values {
		err = value.Err
	}
	return err
}

// A wait ends when its client is shut down.
func TestShutdownEndsWaits(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "id", Status: "PENDING", CreatedAt: b.Clock.Now()}})
		waits := waits()
		ended := make(chan error, len(waits))
		for _, wait := range waits {
			go func() { ended <- wait(c) }()
		}
		if _, err := c.Handle("id").GetStatus(); err != nil {
			t.Error(err)
		}
		c.Shutdown(time.Minute)
		for range waits {
			if err := <-ended; client.CodeOf(err) != client.Closed {
				t.Errorf("a wait ended with %v", err)
			}
		}
	})
}

// A copy of a client under another context is the same client.
func TestShutdownClosesCopies(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		c.WithContext(t.Context()).Shutdown(time.Minute)
		if _, err := c.ListWorkflows(); client.CodeOf(err) != client.Closed {
			t.Errorf("got %v", err)
		}
	})
}
