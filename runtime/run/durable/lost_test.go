package durable_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// lostScript has a change of each way of recording, a read and a step.
const lostScript = `
	local id = ...
	dbos.enqueue("orders", "of " .. id, {1}, {workflow_id = "w-" .. id})
	dbos.set_priority("w-" .. id, 3)
	step("both", function() return dbos.count{name = "of " .. id} end)
	dbos.cancel_workflow("w-" .. id)
	dbos.send("w-" .. id, "hello", "news")
	for wf in dbos.workflows{name = "of " .. id} do print(wf.id) end
	durable.set_event("progress", 1)
	print("done")`

// A lossy run has a database that fails at one of its requests.
type lossy struct {
	b      clienttest.Backend
	config client.ClientConfig
	id     string
	seen   atomic.Int64 // requests since the run has begun
}

// troubles are the ways in which the request of a number fails.
var troubles = map[string]func(*lossy) pgproxy.Action{
	"lost":        func(*lossy) pgproxy.Action { return pgproxy.Lose },
	"answer lost": func(*lossy) pgproxy.Action { return pgproxy.LoseAnswer },
	"terminated": func(l *lossy) pgproxy.Action { // as by a server that stops: SQLSTATE 57P01
		l.b.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :id", map[string]any{"id": l.id})
		return pgproxy.Pass
	},
}

// Wherever the database fails under a run, the run does not end because of it: it goes on by
// itself, or is left unfinished and goes on later, and each change is made once. The trouble comes
// at two requests, or at each one if DBOS_SCRIPT_TEST_LOST is set.
func TestARunOutlivesALostConnection(t *testing.T) {
	t.Parallel()
	first, stride := int64(16), int64(2) // the script connects there
	if os.Getenv("DBOS_SCRIPT_TEST_LOST") != "" {
		first, stride = 1, 1
	}
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, "Postgres")
			b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
			for at := first; stride == 1 || at <= first+stride; at += stride {
				l := newLossy(t, b, fmt.Sprintf("%s-%d", strings.ReplaceAll(name, " ", "-"), at), at, trouble)
				l.run(t)
				if seen := l.seen.Load(); seen < at {
					if stride > 1 {
						t.Fatalf("the run had no trouble: it sent %d requests, and the trouble was to come at request %d", seen, at)
					}
					break
				}
			}
		})
	}
}

func newLossy(t *testing.T, b clienttest.Backend, id string, at int64, trouble func(*lossy) pgproxy.Action) *lossy {
	t.Helper()
	l := &lossy{b: b, id: id, config: b.Config()}
	l.config.Clock, l.config.SDK = nil, client.SDKGo
	begun := atomic.Bool{}
	proxy := pgproxy.New(t, l.config.DatabaseURL, pgproxy.Options{Intercept: func(pgproxy.Request) pgproxy.Action {
		if begun.Load() && l.seen.Add(1) == at {
			return trouble(l)
		}
		return pgproxy.Pass
	}})
	direct := l.config
	named, err := url.Parse(proxy.URL())
	if err != nil {
		t.Fatal(err)
	}
	words := named.Query()
	words.Set("application_name", id)
	named.RawQuery = words.Encode()
	l.config.DatabaseURL = named.String()
	session, err := durable.Open(t.Context(), id, durable.Config{Database: direct})
	if err != nil {
		t.Fatal(err)
	}
	plan := durable.Plan{Script: "a.lua", Arguments: []string{id}, Began: time.Now().UTC()}
	err = session.Start(t.Context(), "test", durable.BundleOf(run.Text("a.lua", lostScript)), plan)
	session.Close()
	if err != nil {
		t.Fatal(err)
	}
	begun.Store(true)
	return l
}

// run executes the run until it is finished, and looks at all that it has changed.
func (l *lossy) run(t *testing.T) {
	t.Helper()
	var out strings.Builder
	err := l.execute(t, l.config, &out)
	row := l.b.Workflow(l.id)
	if status := fmt.Sprint(row["status"]); status != "SUCCESS" {
		if !run.Unfinished(err) && status == "ERROR" {
			t.Errorf("%s ended in %s with %v: %v", l.id, status, err, row["error"])
			return
		}
		direct := l.config
		direct.DatabaseURL = l.b.Config().DatabaseURL
		if err := l.execute(t, direct, &out); err != nil {
			t.Errorf("%s does not go on: %v, after %v", l.id, err, row["status"])
			return
		}
	}
	if !strings.HasSuffix(out.String(), "done\n") {
		t.Errorf("%s printed %q", l.id, out.String())
	}
	made := l.b.Workflow("w-" + l.id)
	if made == nil || fmt.Sprint(made["status"], " ", made["priority"]) != "CANCELLED 3" {
		t.Errorf("%s has made %v", l.id, made)
	}
	if sent := l.b.Rows("notifications", "destination_uuid = :id", map[string]any{"id": "w-" + l.id}); len(sent) != 1 {
		t.Errorf("%s has sent %d messages", l.id, len(sent))
	}
}

func (l *lossy) execute(t *testing.T, config client.ClientConfig, out *strings.Builder) error {
	t.Helper()
	session, err := durable.Open(t.Context(), l.id, durable.Config{Database: config, LeaseTime: 2 * time.Second})
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Execute(t.Context(), func(ctx context.Context, life *durable.Life) error {
		c := run.Config{Database: config, Streams: run.Streams{Stdout: out}}
		c.Yes = true
		life.Apply(&c, journal.Limits{})
		c.Environment.PrintOnce = false
		return run.Do(ctx, c, life.Execute)
	})
}
