package clienttest_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// launchOwnerless launches an application of an SDK that knows no owners: it polls the
// queues of all others, takes every row that is not pinned to a version, and registers its
// version without a name.
func launchOwnerless(t *testing.T, b clienttest.Backend, name string) {
	t.Helper()
	b.Exec(`INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at)
VALUES (:name, :name, :at, :at)`, map[string]any{"name": name + "-v1", "at": time.Now().Add(time.Hour).UnixMilli()})
}

// unpinned returns the rows of the ids that an application without owners takes: they wait, and are
// not pinned to the version of another one.
func unpinned(t *testing.T, b clienttest.Backend, ids []string) (list []string) {
	t.Helper()
	for _, id := range ids {
		if row := b.Workflow(id); row["application_version"] == nil || row["application_version"] == "" {
			list = append(list, id)
		}
	}
	return list
}

// begins are calls after which a workflow of "south" waits, whose row may have no version.
func begins() map[string]func(b clienttest.Backend, c client.Client) ([]string, error) {
	waiting := func(b clienttest.Backend, id, status string) {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, application_name, created_at, updated_at, inputs, serialization)
VALUES (:id, :status, 'south', 'south-queue', 'south', 1, 1, 'bnVsbA==', 'DBOS_JSON')`, map[string]any{"id": id, "status": status})
	}
	all := map[string]func(b clienttest.Backend, c client.Client) ([]string, error){
		"resume": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "resumed", "CANCELLED")
			_, err := c.ResumeAll([]string{"resumed"})
			return []string{"resumed"}, err
		},
		"resume of several whose former values are kept": func(b clienttest.Backend, _ client.Client) ([]string, error) {
			waiting(b, "kept-1", "CANCELLED")
			waiting(b, "kept-2", "PENDING") // not like the first, so another part of the statement changes it
			ids := []string{"kept-1", "kept-2"}
			_, err := b.NewClient(func(config *client.ClientConfig) {
				config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
					change.Keep = true
					return apply()
				}
			}).ResumeAll(ids)
			return ids, err
		},
		"rewind": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "rewound", "CANCELLED")
			_, err := c.RewindAll([]string{"rewound"})
			return []string{"rewound"}, err
		},
		"rerun": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "again", "CANCELLED")
			_, err := c.RerunWorkflows([]string{"again"})
			return []string{"again"}, err
		},
		"recover": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "recovered", "PENDING")
			_, err := c.RecoverAll([]string{"recovered"})
			return []string{"recovered"}, err
		},
		"fork of a workflow that never ran": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "original", "CANCELLED")
			h, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "original"})
			if err != nil {
				return nil, err
			}
			return []string{h.GetWorkflowID()}, nil
		},
		"move to another queue": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "moved", "ENQUEUED")
			_, err := c.MoveQueueAll([]string{"moved"}, "north-queue")
			return []string{"moved"}, err
		},
		"hold and release": func(b clienttest.Backend, c client.Client) ([]string, error) {
			waiting(b, "held", "ENQUEUED")
			_, err := c.HoldAll([]string{"held"})
			if err == nil {
				_, err = c.ReleaseAll([]string{"held"})
			}
			return []string{"held"}, err
		},
	}
	for name, start := range starts() {
		all[name] = func(_ clienttest.Backend, c client.Client) ([]string, error) { return start(c) }
	}
	all["trigger"] = func(_ clienttest.Backend, c client.Client) ([]string, error) { // of the schedule that is there
		h, err := c.TriggerSchedule("of south")
		if err != nil {
			return nil, err
		}
		return []string{h.GetWorkflowID()}, nil
	}
	return all
}

// An application of the SDK for Java 1.1 or TypeScript 4.24 takes the rows of every owner from the
// queues that it polls, unless they are pinned to a version. So beside one, what we
// let wait is pinned.
func TestNothingIsClaimedByAnApplicationWithoutOwners(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		_, south := twoApplications(t, b)
		free, err := begins()["enqueue"](b, b.NewClient())
		must(t, err)
		if len(unpinned(t, b, free)) != 1 {
			t.Fatal("a workflow is pinned where all applications know owners")
		}
		_, err = starts()["trigger"](b.NewClient())
		must(t, err)
		b.Clock.Advance(time.Second)
		launchOwnerless(t, b, "west")
		var ids []string
		for name, begin := range begins() {
			begun, err := begin(b, b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo }))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if lost := unpinned(t, b, begun); len(lost) > 0 {
				t.Errorf("%s: the application without owners takes %v", name, lost)
			}
			ids = append(ids, begun...)
		}
		b.Clock.Advance(time.Second)
		mustDrain(t, south)
		for _, id := range ids {
			assertColumns(t, b.Workflow(id), clienttest.Record{"application_version": "south-v1", "application_name": "south"})
		}
	})
}

// A pin is logged once, and is no error of a strict client; an owner without a version is one.
func TestPinsAreSaid(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		launchOwnerless(t, b, "west")
		var log bytes.Buffer
		c := b.NewClient(func(c *client.ClientConfig) { c.Logger, c.Strict = slog.New(slog.NewTextHandler(&log, nil)), true })
		for range 2 {
			_, err := c.Enqueue("south-queue", "south", 1)
			must(t, err)
		}
		const want = `an application that knows no owners shares this database, so workflow "south" is pinned to the latest version of application "south", "south-v1"`
		if said := strings.ReplaceAll(log.String(), `\"`, `"`); strings.Count(said, "\n") != 1 || !strings.Contains(said, want) {
			t.Errorf("the log is %q, want one line with %s", said, want)
		}
		lax := b.NewClient()
		_, err := lax.Enqueue("south-queue", "south", 1, client.WithEnqueueApplicationName("east"))
		if !errors.Is(err, client.Unsupported) || !strings.Contains(err.Error(), `the application "east" has registered none`) {
			t.Errorf("an owner without a version: %v", err)
		}
		h, err := lax.Enqueue("south-queue", "south", 1, client.WithEnqueueApplicationName("east"), client.WithEnqueueApplicationVersion("east-v7"))
		must(t, err)
		assertColumns(t, b.Workflow(h.GetWorkflowID()), clienttest.Record{"application_version": "east-v7", "application_name": "east"})
	})
}

// A workflow that only an application without owners has run is pinned to its version, because the
// others take rows without an owner.
func TestAWorkflowOfAnApplicationWithoutOwners(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		north, _ := twoApplications(t, b)
		launchOwnerless(t, b, "west")
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at, started_at_epoch_ms, completed_at)
VALUES ('west-has-run', 'SUCCESS', 'west', 'west-queue', :at, :at, :at, :at)`, map[string]any{"at": time.Now().Add(time.Hour).UnixMilli()})
		h, err := b.NewClient().Enqueue(client.InternalQueueName, "west", 1)
		must(t, err)
		mustDrain(t, north)
		assertColumns(t, b.Workflow(h.GetWorkflowID()), clienttest.Record{"status": "ENQUEUED", "application_version": "west-v1", "application_name": nil})
	})
}

// Versions from before an application knew owners do not make the database a shared one.
func TestAnUpgradedApplicationIsNotPinned(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec(`INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at) VALUES ('v0', 'south-v0', 1, 1)`, nil)
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, created_at, updated_at, started_at_epoch_ms, completed_at)
VALUES ('before', 'SUCCESS', 'south', 1, 1, 1, 1)`, nil)
		echo := func(*worker.Run) (any, error) { return 1, nil }
		launched(t, b, map[string]worker.Workflow{"south": echo}, func(c *worker.Config) {
			c.ApplicationName, c.ExecutorID, c.ApplicationVersion = "south", "south-1", "south-v1"
		})
		h, err := b.NewClient().Enqueue(client.InternalQueueName, "south", 1, client.WithEnqueueApplicationName("south"))
		must(t, err)
		assertColumns(t, b.Workflow(h.GetWorkflowID()), clienttest.Record{"application_version": nil, "application_name": "south"})
	})
}

// A schedule that an application without owners cannot read would stop all of its own.
func TestAScheduleStopsNoApplicationWithoutOwners(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		launchOwnerless(t, b, "west")
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, serialization, created_at, updated_at)
VALUES ('of-java', 'SUCCESS', 'west', 'west-queue', 'java_jackson', 1, 1)`, nil)
		c := b.NewClient()
		input := client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "south", QueueName: "south-queue", Schedule: "@hourly", SDK: client.SDKGo}
		for name, call := range map[string]func() error{
			"create": func() error { return c.CreateSchedule(input) },
			"apply":  func() error { return c.ApplySchedules([]client.ClientScheduleInput{input}) },
		} {
			err := call()
			if !errors.Is(err, client.Unsupported) || !strings.Contains(err.Error(), "an application that knows no owners shares this database: it loads the schedule") {
				t.Errorf("%s: %v", name, err)
			}
		}
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, application_name, created_at, updated_at, inputs)
VALUES ('of-north', 'SUCCESS', 'n', 'DBOS_JSON', 'north', 2, 2, 'bnVsbA=='), ('of-south', 'SUCCESS', 's', 'DBOS_JSON', 'south', 2, 2, 'bnVsbA==')`, nil)
		c = b.NewClient()
		err := c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "unseen", Schedule: "@hourly", SDK: client.SDKGo})
		if !errors.Is(err, client.Unsupported) || !strings.Contains(err.Error(), "one that knows no owners, which is of the Java SDK, cannot read it") {
			t.Errorf("without an owner: %v", err)
		}
		var failed *client.Error
		if !errors.As(err, &failed) || !strings.Contains(failed.Hint, "databases of their own") {
			t.Errorf("the hint names a remedy that is refused as well: %v", err)
		}
		if rows := b.Rows("workflow_schedules", "TRUE", nil); len(rows) != 0 {
			t.Errorf("%d schedules were created", len(rows))
		}
	})
}

// An application that was here before the others, and has run nothing yet, shows itself by its
// connections, as those of TypeScript are named. It is remembered when they are closed.
func TestAConnectionShowsAnApplicationWithoutOwners(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	b.Exec(`INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at) VALUES ('first', 'first-v1', 1, 1)`, nil)
	twoApplications(t, b)
	c := b.NewClient()
	version := func() any {
		t.Helper()
		b.Clock.Advance(2 * time.Minute)
		h, err := c.Enqueue("south-queue", "south", 1)
		must(t, err)
		return b.Workflow(h.GetWorkflowID())["application_version"]
	}
	if before := version(); before != nil {
		t.Errorf("without a connection, a workflow is pinned to %v", before)
	}
	conn, err := pgx.Connect(t.Context(), sessionsNamed(t, b.Config().DatabaseURL, "dbos_transact_local_first-v1"))
	must(t, err)
	if during := version(); during != "south-v1" {
		t.Errorf("beside a connection, a workflow is pinned to %v", during)
	}
	must(t, conn.Close(t.Context()))
	if after := version(); after != "south-v1" {
		t.Errorf("after a connection, a workflow is pinned to %v", after)
	}
}

// A bulk enqueue does not push the runs of an application without owners out of sight.
func TestABulkEnqueueHidesNoApplicationWithoutOwners(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at, started_at_epoch_ms, completed_at)
VALUES ('west-has-run', 'SUCCESS', 'west', 'west-queue', 1, 1, :at, :at)`, map[string]any{"at": time.Now().Add(time.Hour).UnixMilli()})
		c := b.NewClient(func(c *client.ClientConfig) { c.AppName = "south" })
		_, err := c.EnqueueAll("south-queue", "south", make([]any, 1001), client.WithEnqueueManyOptions(client.EnqueueManyOptions{
			EnqueueOptions: client.EnqueueOptions{ApplicationVersion: "south-v1"}}))
		must(t, err)
		h, err := b.NewClient().Enqueue("south-queue", "south", 1)
		must(t, err)
		assertColumns(t, b.Workflow(h.GetWorkflowID()), clienttest.Record{"application_version": "south-v1"})
	})
}

// A workflow whose owner has registered no version cannot be pinned, so nothing lets it wait.
func TestAnOwnerWithoutAVersionIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		launchOwnerless(t, b, "west")
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, application_name, created_at, updated_at)
VALUES ('lost', 'CANCELLED', 'east', 'east-queue', 'east', 1, 1)`, nil)
		c := b.NewClient()
		keeping := b.NewClient(func(c *client.ClientConfig) {
			c.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				change.Keep = true
				return apply()
			}
		})
		dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		for name, call := range map[string]func() error{
			"resume":                       func() error { _, err := c.ResumeAll([]string{"lost"}); return err },
			"resume, and keep what it was": func() error { _, err := keeping.ResumeWorkflow("lost"); return err },
			"resume in a dry run":          func() error { _, err := dry.ResumeWorkflow("lost"); return err },
			"resume of several":            func() error { _, err := c.ResumeAll([]string{"lost", "nobody"}); return err },
			"rerun":                        func() error { _, err := c.RerunWorkflows([]string{"lost"}); return err },
			"rewind":                       func() error { _, err := c.RewindAll([]string{"lost"}); return err },
			"fork": func() error {
				_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "lost"})
				return err
			},
		} {
			err := call()
			if !errors.Is(err, client.Unsupported) || !strings.Contains(err.Error(), `the application "east" has registered none`) {
				t.Errorf("%s: %v", name, err)
			}
		}
		assertColumns(t, b.Workflow("lost"), clienttest.Record{"status": "CANCELLED", "application_version": nil})
	})
}
