package clienttest_test

import (
	"context"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Clients that share their pools hold ten connections together and one that listens, whatever they
// do at once, and closing one leaves the others theirs.
func TestClientsShareConnections(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	var pools client.Pools
	config := b.Config()
	config.Pools, config.DatabaseURL = &pools, labelled(t, config.DatabaseURL)
	first, err := client.NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var calls, waits sync.WaitGroup
	for range 40 {
		waits.Go(func() {
			c, err := client.NewClient(ctx, config)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = c.Handle("w").GetResult() // until the context ends
			if err := c.Close(time.Minute); err != nil {
				t.Error(err)
			}
		})
		calls.Go(func() {
			c, err := client.NewClient(t.Context(), config)
			if err != nil {
				t.Error(err)
				return
			}
			for range 5 {
				if _, err := c.ListWorkflows(); err != nil {
					t.Error(err)
				}
			}
			c.Shutdown(time.Minute)
			if _, err := c.ListWorkflows(); client.CodeOf(err) != client.Closed {
				t.Errorf("a closed client returns %v", err)
			}
		})
	}
	calls.Wait()
	if count := sessionsOf(t, b.Config().DatabaseURL, 11); count < 1 || count > 11 {
		t.Errorf("%d connections", count)
	}
	cancel()
	waits.Wait()
	if _, err := first.ListWorkflows(); err != nil {
		t.Errorf("after others were closed: %v", err)
	}
	first.Shutdown(time.Minute)
	pools.Close()
	if count := sessionsOf(t, b.Config().DatabaseURL, 0); count != 0 {
		t.Errorf("%d connections are left", count)
	}
}

const label = "shared-pool"

// labelled returns a URL whose sessions can be told from those of other tests.
func labelled(t *testing.T, text string) string {
	t.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	query := parsed.Query()
	query.Set("application_name", label)
	parsed.RawQuery = query.Encode()
	return parsed.String()
}

// sessionsOf counts the labelled sessions, once the server has noticed the ends of the others.
func sessionsOf(t *testing.T, address string, most int) int {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	count := most + 1
	for deadline := time.Now().Add(time.Minute); count > most && time.Now().Before(deadline); {
		const text = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
		if err := conn.QueryRow(t.Context(), text, label).Scan(&count); err != nil {
			t.Fatal(err)
		}
	}
	return count
}
