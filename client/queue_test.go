package client_test

import (
	"bytes"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// fullQueue returns a queue with all limits that the database has columns for.
func fullQueue(b clienttest.Backend) client.QueueInput {
	input := client.QueueInput{Name: "full", PriorityEnabled: true, PollingInterval: 250 * time.Millisecond, ApplicationName: "shop",
		QueueLimits: client.QueueLimits{Concurrency: new(10), WorkerConcurrency: new(5), RateLimit: &client.RateLimit{Limit: 100, Period: time.Minute}}}
	if b.Database.Has("queues", "partition_concurrency") {
		input.PartitionConcurrency, input.PartitionWorkerConcurrency = new(3), new(2)
		input.PartitionRateLimit = &client.RateLimit{Limit: 7, Period: 1500 * time.Millisecond}
	}
	return input
}

// A queue is stored, changed by its policy, and deleted with a count of waiting workflows.
func TestQueuesAreRegisteredChangedAndDeleted(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(ofGo)
		input := fullQueue(b)
		stored, err := c.RegisterQueue(input)
		mustDo(t, err)
		want := client.Queue{Name: "full", QueueLimits: input.QueueLimits, PriorityEnabled: true, PollingInterval: input.PollingInterval,
			ApplicationName: "shop", PartitionQueue: input.PartitionConcurrency != nil}
		for range 2 {
			if !reflect.DeepEqual(*stored, want) {
				t.Errorf("stored is %+v, want %+v", *stored, want)
			}
			stored, err = c.RetrieveQueue("full")
			mustDo(t, err)
		}
		if n := len(b.Rows("queues", "rate_limit_period_sec = 60 AND polling_interval_sec = 0.25", nil)); n != 1 {
			t.Errorf("%d rows hold the seconds", n)
		}

		// Registered again it changes as the policy says, and keeps its owner.
		b.Exec(registerVersion, map[string]any{"name": "v2", "owner": "shop", "at": int64(9)})
		for _, again := range []struct {
			policy      client.QueueConflictPolicy
			version     string
			concurrency int
		}{{client.QueueConflictNeverUpdate, "", 10}, {client.QueueConflictUpdateIfLatestVersion, "v1", 10},
			{client.QueueConflictUpdateIfLatestVersion, "v2", 11}, {"", "", 12}} {
			changed := client.QueueInput{Name: "full", OnConflict: again.policy, ApplicationVersion: again.version}
			changed.Concurrency = new(max(again.concurrency, 11))
			stored, err := c.RegisterQueue(changed)
			mustDo(t, err)
			if *stored.Concurrency != again.concurrency || stored.ApplicationName != "shop" {
				t.Errorf("%s %s: it is %d of %q, want %d", again.policy, again.version, *stored.Concurrency, stored.ApplicationName, again.concurrency)
			}
		}

		// An update changes what is named alone.
		updated, err := c.UpdateQueue("full", client.QueueUpdate{Clear: []string{"concurrency"}, PollingInterval: new(2 * time.Second),
			QueueLimits: client.QueueLimits{WorkerConcurrency: new(4)}})
		mustDo(t, err)
		if want := (client.Queue{Name: "full", ApplicationName: "shop", PollingInterval: 2 * time.Second,
			QueueLimits: client.QueueLimits{WorkerConcurrency: new(4)}}); !reflect.DeepEqual(*updated, want) {
			t.Errorf("updated is %+v, want %+v", *updated, want)
		}

		_, err = c.EnqueueMany("full", "wf", []any{1, 2, 3})
		mustDo(t, err)
		stranded, err := c.DeleteQueue("full")
		if mustDo(t, err); stranded != 3 {
			t.Errorf("%d workflows are stranded, want 3", stranded)
		}
		if found, err := c.RetrieveQueue("full"); found != nil || err != nil {
			t.Errorf("after the delete: %v, %v", found, err)
		}
		_, err = c.DeleteQueue("full")
		fails(t, err, client.QueueNotFound, `no queue "full" is registered`)
		_, err = c.UpdateQueue("full", client.QueueUpdate{})
		fails(t, err, client.QueueNotFound, `no queue "full" is registered`)
	})
}

// Limits that contradict each other are refused before anything is written.
func TestQueueLimitsAreChecked(t *testing.T) {
	t.Parallel()
	c := clienttest.On(t, "SQLite").NewClient()
	for text, change := range map[string]func(*client.QueueInput){
		"the queue has no name":                                  func(i *client.QueueInput) { i.Name = "" },
		"is reserved for the SDKs":                               func(i *client.QueueInput) { i.Name = client.InternalQueueName },
		"worker_concurrency 3 is above concurrency 2":            func(i *client.QueueInput) { i.Concurrency, i.WorkerConcurrency = new(2), new(3) },
		"partition_worker_concurrency 3 is above partition_conc": func(i *client.QueueInput) { i.PartitionConcurrency, i.PartitionWorkerConcurrency = new(2), new(3) },
		"concurrency 0 is not from 1":                            func(i *client.QueueInput) { i.Concurrency = new(0) },
		"rate_limit needs a limit":                               func(i *client.QueueInput) { i.RateLimit = &client.RateLimit{Limit: 1} },
		"excludes partition limits":                              func(i *client.QueueInput) { i.PartitionQueue, i.PartitionConcurrency = true, new(1) },
		"needs an application_version":                           func(i *client.QueueInput) { i.OnConflict = client.QueueConflictUpdateIfLatestVersion },
		"no conflict policy":                                     func(i *client.QueueInput) { i.OnConflict = "perhaps" },
		"is not positive":                                        func(i *client.QueueInput) { i.PollingInterval = -1 },
	} {
		input := client.QueueInput{Name: "q"}
		change(&input)
		_, err := c.RegisterQueue(input)
		fails(t, err, client.InvalidOption, text)
	}
	_, err := c.RegisterQueue(client.QueueInput{Name: "legacy", PartitionQueue: true})
	mustDo(t, err)
	_, err = c.UpdateQueue("legacy", client.QueueUpdate{QueueLimits: client.QueueLimits{PartitionConcurrency: new(1)}})
	fails(t, err, client.InvalidOption, "set partition_queue to false")
	if list, err := c.ListQueues(); err != nil || len(list) != 1 {
		t.Errorf("the queues are %v, %v", list, err)
	}
}

// A queue of another application is named, and left as it is; lists show own and unowned queues.
func TestQueuesOfAnApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		of := func(app string, dry bool) client.Client {
			return b.NewClient(func(c *client.ClientConfig) { c.AppName, c.DryRun = app, dry })
		}
		for _, q := range []client.QueueInput{{Name: "hers", ApplicationName: "north"}, {Name: "all"}} {
			_, err := b.NewClient().RegisterQueue(q)
			mustDo(t, err)
		}
		for _, dry := range []bool{false, true} {
			c := of("south", dry)
			_, registered := c.RegisterQueue(client.QueueInput{Name: "hers"})
			_, updated := c.UpdateQueue("hers", client.QueueUpdate{Clear: []string{"concurrency"}})
			_, deleted := c.DeleteQueue("hers")
			for _, err := range []error{registered, updated, deleted} {
				fails(t, err, client.AlreadyExists, `queue "hers" belongs to the application "north", not to "south"`)
			}
		}
		for app, want := range map[string]int{"north": 2, "south": 1, "": 2} {
			if list, err := of(app, false).ListQueues(); err != nil || len(list) != want {
				t.Errorf("%q sees %v, %v", app, list, err)
			}
		}
		if list, err := of("south", false).ListQueues(client.WithListQueuesApplicationNames("north")); err != nil || len(list) != 1 {
			t.Errorf("asked for another's: %v, %v", list, err)
		}
	})
}

// A dry run keeps its queues to itself, and counts what a delete would strand.
func TestADryRunOfQueues(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(ofGo)
	_, err := c.RegisterQueue(client.QueueInput{Name: "old"})
	mustDo(t, err)
	_, err = c.Enqueue("old", "wf", 1)
	mustDo(t, err)
	dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
	_, err = dry.RegisterQueue(client.QueueInput{Name: "new", QueueLimits: client.QueueLimits{Concurrency: new(2)}})
	mustDo(t, err)
	kept, err := dry.RegisterQueue(client.QueueInput{Name: "new", OnConflict: client.QueueConflictNeverUpdate})
	if mustDo(t, err); kept.Concurrency == nil || *kept.Concurrency != 2 {
		t.Errorf("a planned queue that is kept is %+v", kept)
	}
	stranded, err := dry.DeleteQueue("old")
	if mustDo(t, err); stranded != 1 {
		t.Errorf("%d would be stranded", stranded)
	}
	if list, err := dry.ListQueues(); err != nil || len(list) != 1 || list[0].Name != "new" {
		t.Errorf("the dry run sees %v, %v", list, err)
	}
	if list, err := c.ListQueues(); err != nil || len(list) != 1 || list[0].Name != "old" {
		t.Errorf("the database holds %v, %v", list, err)
	}
}

// A warning counts the waiting workflows without a key if a queue becomes partitioned.
func TestANewlyPartitionedQueueIsSaid(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	var log bytes.Buffer
	c := b.NewClient(ofGo, func(c *client.ClientConfig) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	_, err := c.RegisterQueue(client.QueueInput{Name: "q"})
	mustDo(t, err)
	_, err = c.EnqueueMany("q", "wf", []any{1, 2})
	mustDo(t, err)
	_, err = c.UpdateQueue("q", client.QueueUpdate{QueueLimits: client.QueueLimits{PartitionConcurrency: new(1)}})
	mustDo(t, err)
	if !strings.Contains(log.String(), "nobody takes the 2 workflows") {
		t.Errorf("the log is %s", log.String())
	}
}

// A limit or an owner needs its column.
func TestQueueLimitsNeedTheirColumns(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		_, err := b.NewClient().RegisterQueue(client.QueueInput{Name: "q", QueueLimits: client.QueueLimits{PartitionConcurrency: new(1)}})
		fails(t, err, client.Unsupported, "queues.partition_concurrency")
		b.Alter("ALTER TABLE {queues} DROP COLUMN application_name")
		_, err = b.NewClient().RegisterQueue(client.QueueInput{Name: "q", ApplicationName: "shop"})
		fails(t, err, client.Unsupported, "queues.application_name")
		_, err = b.NewClient().RegisterQueue(client.QueueInput{Name: "q"})
		mustDo(t, err)
	})
}
