package client

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/owner"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// An Info describes a system database and counts its rows.
type Info struct {
	Backend      string        `json:"backend" doc:"postgres or sqlite."`
	Schema       string        `json:"schema,omitempty" doc:"The Postgres schema of the tables."`
	Version      int64         `json:"version" doc:"The schema version the database records."`
	Family       string        `json:"family" doc:"The SDKs that the applications are written with, as far as their rows show."`
	Applications []string      `json:"applications" doc:"The applications that own rows."`
	Owners       []OwnerInfo   `json:"owners" doc:"Each application with the SDK that its rows show."`
	Versions     []VersionInfo `json:"versions" doc:"The registered application versions, the latest first."`
	Queues       []QueueInfo   `json:"queues" doc:"The queues that are registered or have workflows."`
	Statuses     []StatusCount `json:"statuses" doc:"How many workflows are in each state."`
	// About is true if there are so many workflows that the number in SUCCESS is an estimate, and
	// Applications are the owners of the newest 10,000, of unfinished ones, and of queues,
	// versions and schedules.
	About       bool                `json:"about" doc:"Whether a count is an estimate, and applications of old workflows may be missing."`
	Created     bool                `json:"-"` // this client created the tables
	Unsupported []MissingCapability `json:"unsupported" doc:"Operations and filters that this database cannot do, with the column that each of them lacks."`

	Schedules           []WorkflowSchedule   `json:"schedules" doc:"The schedules, by name."`
	UnreadableSchedules []UnreadableSchedule `json:"unreadable_schedules" doc:"The schedules that their application cannot read or run."`

	RunTables   []RunTable `json:"run_tables" doc:"The tables for durable runs; empty if nobody made them."`
	CreatedRuns bool       `json:"-"` // this client created the tables for durable runs
	// CompletedRuns is true if this client added a column to the tables for durable runs.
	CompletedRuns bool `json:"-"`
}

// A QueueInfo is a queue with its limits and the number of its workflows. A limit is nil if it is
// not set.
type QueueInfo struct {
	Name              string   `json:"name" doc:"The queue's name."`
	Registered        bool     `json:"registered" doc:"Whether an application registered it."`
	Concurrency       *int64   `json:"concurrency,omitempty" doc:"How many of its workflows may run at once."`
	WorkerConcurrency *int64   `json:"worker_concurrency,omitempty" doc:"How many of them one executor may run at once."`
	RateLimit         *int64   `json:"rate_limit,omitempty" doc:"How many may start in a period."`
	RatePeriod        *float64 `json:"rate_period,omitempty" doc:"The period, in seconds."`
	Partitioned       bool     `json:"partitioned" doc:"Whether its workflows need a partition key."`
	Paused            bool     `json:"paused" doc:"Whether it is paused, so that no workflow of it starts."`

	PartitionConcurrency       *int64   `json:"partition_concurrency,omitempty" doc:"How many workflows of one partition may run at once."`
	PartitionWorkerConcurrency *int64   `json:"partition_worker_concurrency,omitempty" doc:"How many of them one executor may run at once."`
	PartitionRateLimit         *int64   `json:"partition_rate_limit,omitempty" doc:"How many of one partition may start in a period."`
	PartitionRatePeriod        *float64 `json:"partition_rate_period,omitempty" doc:"The period, in seconds."`

	Waiting int64 `json:"waiting" doc:"How many workflows are ENQUEUED on it."`
	Delayed int64 `json:"delayed" doc:"How many workflows are DELAYED, and go on it later."`
	Held    int64 `json:"held" doc:"How many workflows are held, and wait for their release."`
	Running int64 `json:"running" doc:"How many workflows of it are PENDING."`
}

// A StatusCount is the number of workflows in one state.
type StatusCount struct {
	Status WorkflowStatusType `json:"status" doc:"The state."`
	Count  int64              `json:"count" doc:"How many workflows are in it."`
	// About is true if the count is an estimate.
	About bool `json:"about" doc:"Whether the count is an estimate."`
}

// A MissingCapability is an operation or filter for which a database lacks a column.
type MissingCapability struct {
	Capability string `json:"capability" doc:"The operation or filter."`
	Missing    string `json:"missing" doc:"The column or table that it needs."`
}

const (
	countStatuses = `SELECT status, COUNT(*) FROM {workflow_status} GROUP BY status`

	selectQueues = `
SELECT name, concurrency, worker_concurrency, rate_limit_max, rate_limit_period_sec, partition_queue,
	{if queues.partition_concurrency|partition_concurrency}{unless queues.partition_concurrency|CAST(NULL AS BIGINT)},
	{if queues.partition_worker_concurrency|partition_worker_concurrency}{unless queues.partition_worker_concurrency|CAST(NULL AS BIGINT)},
	{if queues.partition_rate_limit_max|partition_rate_limit_max}{unless queues.partition_rate_limit_max|CAST(NULL AS BIGINT)},
	{if queues.partition_rate_limit_period_sec|partition_rate_limit_period_sec}{unless queues.partition_rate_limit_period_sec|CAST(NULL AS DOUBLE PRECISION)}, queue_id
FROM {queues} ORDER BY name`

	selectQueueNames = `SELECT name FROM {queues} ORDER BY name`

	countQueued = `
SELECT queue_name, SUM(CASE WHEN status = 'ENQUEUED' THEN 1 ELSE 0 END), SUM(CASE WHEN status = 'PENDING' THEN 1 ELSE 0 END),
	SUM(CASE WHEN status = 'DELAYED' THEN 1 ELSE 0 END), SUM(held)
FROM (SELECT queue_name, status, 0 AS held FROM {workflow_status} WHERE status IN ('ENQUEUED', 'PENDING')
	UNION ALL SELECT queue_name, status, 0 FROM {workflow_status} AS ws WHERE status = 'DELAYED'
	{if workflow_status.delay_until_epoch_ms|AND NOT COALESCE(` + isHeld + `, FALSE)
	UNION ALL SELECT queue_name, 'HELD', 1 FROM {workflow_status} AS ws WHERE ` + isHeld + `}) AS unfinished
WHERE queue_name IS NOT NULL GROUP BY queue_name ORDER BY queue_name`
)

// owned are the tables that name the application of each row, in newer schemas.
var owned = []string{"workflow_status", "workflow_schedules", "application_versions", "queues"}

func (c *systemClient) Info(opts ...InfoOption) (*Info, error) {
	const op = "describe database"
	about, err := int64(0), error(nil)
	if !apply(opts).Exact {
		about, err = c.size(op)
	}
	if err != nil {
		return nil, err
	}
	if about < manyWorkflows {
		about = 0
	}
	versions, err := c.versions(op, "", 1<<63-1)
	if err != nil {
		return nil, failure(op, err)
	}
	schedules, err := c.schedules(op, c.newFilter("workflow_schedules"))
	if err != nil {
		return nil, failure(op, err)
	}
	var info *Info
	var evidence owner.Evidence
	var stored []storedSchedule
	err = c.read(op, func(b *db.Batch) {
		info = &Info{Backend: c.backend(), Version: c.shape.Version,
			Versions: versions, Schedules: schedules, Unsupported: missingCapabilities(c.shape),
			Created: c.created, CreatedRuns: c.createdRuns, CompletedRuns: c.completedRuns, RunTables: []RunTable{}, About: about > 0}
		if info.Backend == "postgres" {
			info.Schema = c.config.DatabaseSchema
		}
		c.infoPlan(b, info, about)
		ownersPlan(b, &evidence, &stored)
		c.runTablesPlan(b, info)
	})
	if err != nil {
		return nil, err
	}
	sortStatuses(info.Statuses)
	info.setOwners(evidence, stored, cmp.Or(c.sdk, c.config.SDK))
	return info, nil
}

// sortStatuses puts counts into the order of reports.
func sortStatuses(counts []StatusCount) {
	slices.SortFunc(counts, func(a, b StatusCount) int {
		return cmp.Or(statusOrder(a.Status)-statusOrder(b.Status), strings.Compare(string(a.Status), string(b.Status)))
	})
}

func (c *systemClient) QueueNames() ([]string, error) {
	var names []string
	err := c.read("list queues", func(b *db.Batch) { db.Texts(b, &names, selectQueueNames, noArgs) })
	return names, err
}

func (c *systemClient) backend() string {
	if c.db.Dialect() == query.SQLite {
		return "sqlite"
	}
	return "postgres"
}

func (c *systemClient) infoPlan(b *db.Batch, info *Info, about int64) {
	c.countsPlan(b, info, about)
	b.Query(selectQueues, noArgs, info.addQueue)
	b.Query(countQueued, noArgs, info.countQueue)
	if text := c.applicationsText(about > 0); text != "" {
		db.Texts(b, &info.Applications, text, noArgs)
	}
}

func (i *Info) addQueue(row db.Row) error {
	var concurrency, worker, limit, partition, partitionWorker, partitionLimit db.Int
	var period, partitionPeriod db.Float
	var partitioned db.Bool
	var name string
	var id db.Text
	err := row.Scan(&name, &concurrency, &worker, &limit, &period, &partitioned, &partition, &partitionWorker, &partitionLimit, &partitionPeriod, &id)
	q := Queue{QueueLimits: QueueLimits{RateLimit: rate(limit, period)}}
	if q.unpaused(id.String); q.Paused {
		limit, period = db.Int{}, db.Float{}
		if q.RateLimit != nil {
			limit, period = db.Int{Int64: int64(q.RateLimit.Limit), Valid: true}, db.Float{Float64: q.RateLimit.Period.Seconds(), Valid: true}
		}
	}
	i.Queues = append(i.Queues, QueueInfo{
		Name: name, Registered: true, Partitioned: partitioned.Bool, Paused: q.Paused,
		Concurrency: number(concurrency), WorkerConcurrency: number(worker), RateLimit: number(limit), RatePeriod: seconds(period),
		PartitionConcurrency: number(partition), PartitionWorkerConcurrency: number(partitionWorker),
		PartitionRateLimit: number(partitionLimit), PartitionRatePeriod: seconds(partitionPeriod),
	})
	return err
}

func seconds(n db.Float) *float64 {
	if !n.Valid {
		return nil
	}
	return &n.Float64
}

func number(n db.Int) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}

// countQueue adds the counts to a queue. It adds the queue if no application has registered it.
func (i *Info) countQueue(row db.Row) error {
	var name string
	var waiting, running, delayed, held db.Int
	err := row.Scan(&name, &waiting, &running, &delayed, &held)
	at := slices.IndexFunc(i.Queues, func(q QueueInfo) bool { return q.Name == name })
	if at < 0 {
		at, i.Queues = len(i.Queues), append(i.Queues, QueueInfo{Name: name})
	}
	q := &i.Queues[at]
	q.Waiting, q.Running, q.Delayed, q.Held = waiting.Int64, running.Int64, delayed.Int64, held.Int64
	return err
}

// limiting maps capabilities of a schema to the operation or filter that is impossible without
// them.
var limiting = []struct {
	capability schema.Capability
	words      string
}{
	{schema.Debounce, "debounce"},
	{schema.Attributes, "filter by attributes"},
	{schema.ScheduleName, "filter by schedule_name"},
	{schema.ApplicationName, "filter by application_name"},
}

func missingCapabilities(shape *schema.Shape) []MissingCapability {
	var list []MissingCapability
	for _, limit := range limiting {
		if missing := shape.Missing(limit.capability); missing != "" {
			list = append(list, MissingCapability{limit.words, missing})
		}
	}
	return list
}
