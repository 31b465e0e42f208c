package client_test

import (
	"cmp"
	"reflect"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

func describe(t *testing.T, c client.Client, opts ...client.InfoOption) *client.Info {
	t.Helper()
	info, err := c.Info(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// states are the counts as a map, in which the order does not matter.
func states(info *client.Info) map[client.WorkflowStatusType]int64 {
	counts := map[client.WorkflowStatusType]int64{}
	for _, state := range info.Statuses {
		counts[state.Status] = state.Count
	}
	return counts
}

func TestInfo(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		familiar(b)
		c := b.NewClient()
		defined(t, c, "nightly", "0 3 * * *")
		b.Exec(registerVersion, map[string]any{"name": "v2", "owner": "shop", "at": int64(2)})
		b.Exec(`UPDATE {queues} SET concurrency = 5, worker_concurrency = 2, rate_limit_max = 3, rate_limit_period_sec = 0.5, application_name = 'bank'
			WHERE name = 'ordinary'`, nil)
		info := describe(t, c)
		if names, err := c.QueueNames(); err != nil || !slices.Contains(names, "ordinary") || !slices.IsSorted(names) {
			t.Errorf("the queues are %q, %v", names, err)
		}

		want := map[client.WorkflowStatusType]int64{"SUCCESS": 1, "ERROR": 1, "PENDING": 2, "CANCELLED": 2, "ENQUEUED": 1}
		if got := states(info); !reflect.DeepEqual(got, want) {
			t.Errorf("states %v, want %v", got, want)
		}
		if got := info.Applications; !reflect.DeepEqual(got, []string{"bank", "shop"}) {
			t.Errorf("applications %v", got)
		}
		if len(info.Versions) != 2 || info.Versions[0].Name != "v2" {
			t.Errorf("versions %v", info.Versions)
		}
		if len(info.Schedules) != 1 || info.Schedules[0].ScheduleName != "nightly" {
			t.Errorf("schedules %v", info.Schedules)
		}
		five, two, three, half := int64(5), int64(2), int64(3), 0.5
		queues := []client.QueueInfo{
			{Name: "ordinary", Registered: true, Concurrency: &five, WorkerConcurrency: &two, RateLimit: &three, RatePeriod: &half, Waiting: 1, Running: 1},
			{Name: "shards", Registered: true, Partitioned: true},
		}
		if !reflect.DeepEqual(info.Queues, queues) {
			t.Errorf("queues %+v, want %+v", info.Queues, queues)
		}
		if info.Version != int64(cmp.Or(b.Config().SchemaVersion, 125)) || info.Family != "unknown" || len(info.Unsupported) > 0 {
			t.Errorf("version %d, written with %s, unsupported %v", info.Version, info.Family, info.Unsupported)
		}
	})
}

// A queue that nobody registered shows by the workflows on it.
func TestInfoOfAQueueThatNobodyRegistered(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueued(t, c, "w", 3)
		if got, want := describe(t, c).Queues, []client.QueueInfo{{Name: "q", Waiting: 3}}; !reflect.DeepEqual(got, want) {
			t.Errorf("queues %+v, want %+v", got, want)
		}
	})
}

// The columns of the tables show who made them, and which operations cannot be done.
func TestInfoOfOtherShapes(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		b.Alter(
			"ALTER TABLE {workflow_status} DROP COLUMN attributes",
			"ALTER TABLE {workflow_status} DROP COLUMN is_debounced",
			"ALTER TABLE {workflow_status} DROP COLUMN application_name",
			"ALTER TABLE {queues} ADD COLUMN partition_concurrency INTEGER",
			"ALTER TABLE {queues} ADD COLUMN partition_worker_concurrency INTEGER",
			"ALTER TABLE {queues} ADD COLUMN partition_rate_limit_max INTEGER",
			"ALTER TABLE {queues} ADD COLUMN partition_rate_limit_period_sec DOUBLE PRECISION",
		)
		familiar(b)
		b.Exec(`UPDATE {queues} SET partition_concurrency = 4, partition_rate_limit_max = 3, partition_rate_limit_period_sec = 0.5 WHERE name = 'shards'`, nil)
		info := describe(t, b.NewClient())
		four, three, half := int64(4), int64(3), 0.5
		want := client.QueueInfo{Name: "shards", Registered: true, Partitioned: true, PartitionConcurrency: &four, PartitionRateLimit: &three, PartitionRatePeriod: &half}
		if !reflect.DeepEqual(info.Queues[1], want) {
			t.Errorf("queue %+v, want %+v", info.Queues[1], want)
		}
		lacks := []client.MissingCapability{
			{Capability: "debounce", Missing: "workflow_status.is_debounced"},
			{Capability: "filter by attributes", Missing: "workflow_status.attributes"},
			{Capability: "filter by application_name", Missing: "workflow_status.application_name"},
		}
		if info.Family != "unknown" || !reflect.DeepEqual(info.Unsupported, lacks) {
			t.Errorf("made by %s, unsupported %v, want %v", info.Family, info.Unsupported, lacks)
		}
	})
}

// Each owner has the SDK of its application, and a schedule that its application cannot read has
// the call that repairs it.
func TestInfoNamesOwnersAndUnreadableSchedules(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "tick", status: "SUCCESS", codec: "py_pickle", owner: "snakes"},
			shown{workflow: "tock", status: "SUCCESS", codec: "DBOS_JSON", owner: "gophers"},
			shown{workflow: "tock", status: "DELAYED", codec: "portable_json", owner: "gophers"})
		b.Exec(insertForeign, map[string]any{"name": "ours", "class": nil, "context": jsonContext, "fired": nil, "zone": "UTC"})
		b.Exec(insertForeign, map[string]any{"name": "theirs", "class": nil, "context": pickleContext, "fired": nil, "zone": nil})
		info := describe(t, b.NewClient())
		owners := []client.OwnerInfo{{Application: "gophers", SDK: client.SDKGo, Why: "1 run in DBOS_JSON"}, {Application: "snakes", SDK: client.SDKPython, Why: "1 run in py_pickle"}}
		if !reflect.DeepEqual(info.Owners, owners) || info.Family != "Go, Python" {
			t.Errorf("owners %+v, %s", info.Owners, info.Family)
		}
		want := []client.UnreadableSchedule{{ScheduleName: "ours", Reason: "its context is JSON, which an application of the Python SDK cannot read",
			Repair: `dbos.apply_schedules{{schedule_name = "ours", workflow_name = "tick", schedule = "*/2 * * * * *", cron_timezone = "UTC", context = dbos.get_schedule("ours").context, sdk = "python"}}`}}
		if !reflect.DeepEqual(info.UnreadableSchedules, want) {
			t.Errorf("unreadable %+v", info.UnreadableSchedules)
		}
		if q := info.Queues[0]; q.Delayed != 1 || q.Waiting != 0 {
			t.Errorf("the queue has %+v", q)
		}
		if first := info.Statuses[0].Status; first != client.WorkflowStatusDelayed {
			t.Errorf("the first state is %s", first)
		}
	})
}
