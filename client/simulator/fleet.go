package simulator

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/worker"
)

// The queues of the fleet.
const (
	ordersQueue   = "orders"
	paymentsQueue = "payments"
	mailsQueue    = "mails"
)

// The names of the fleet's application, of its executors and of its versions. The older version
// was that of the first hours.
const (
	FleetApplication = "shop"
	FleetExecutor    = "shop-1"
	FleetVersion     = "shop-1.4.0"

	otherExecutor = "shop-2"
	olderVersion  = "shop-1.3.2"
)

// A Fleet is the database of a small shop after three busy days, to practise on: orders, which
// start payments and mails as their children, refunds and a scheduled report; several hundred
// workflows in every state, with their steps, events and errors. Last night the payment provider
// was down for hours: orders and payments of that time were cancelled by hand, or ended as dead
// letters because the executors died over them. The same fleet is always the same.
type Fleet struct {
	Now    time.Time // when the practice takes place; time.Now when zero
	Orders int       // 240 when zero, which makes about 630 workflows
	Seed   uint64
}

// FleetQueues are the queues a worker of the fleet listens on.
func FleetQueues() []worker.Queue {
	return []worker.Queue{
		{Name: ordersQueue, WorkerConcurrency: 20, PriorityEnabled: true},
		{Name: paymentsQueue, WorkerConcurrency: 10, RateLimit: worker.RateLimit{Max: 500, Period: time.Second}},
		{Name: mailsQueue, Concurrency: 50},
	}
}

const insertOlderVersion = `
INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at
	{if application_versions.application_name|, application_name})
VALUES (:id, :version, :then, :then{if application_versions.application_name|, :application})
ON CONFLICT DO NOTHING`

// Populate puts the fleet into a database that has none yet. Nothing runs it: that is a worker's
// part, with FleetExecutor, FleetVersion, FleetQueues and RegisterFleet.
func (f Fleet) Populate(ctx context.Context, d *Database) error {
	f = f.withDefaults()
	if err := d.Seed(ctx, f.Rows()); err != nil {
		return err
	}
	_, err := d.Exec(ctx, insertOlderVersion, query.Args{
		"id": "6f1f9a52-2f0b-4a3e-9d37-5d5a41c7b0de", "version": olderVersion, "application": FleetApplication,
		"then": f.Now.Add(-20 * 24 * time.Hour).UnixMilli(),
	})
	return err
}

// Rows returns the workflows of the fleet. All workflows of an order follow each other.
func (f Fleet) Rows() iter.Seq[Row] {
	f = f.withDefaults()
	return func(yield func(Row) bool) {
		story := storyteller{now: f.Now.Truncate(time.Second), random: rand.New(rand.NewPCG(f.Seed, 2))}
		for i := range f.Orders {
			for _, row := range story.order(100000+i*7, story.now.Add(-f.age(i))) {
				if !yield(row) {
					return
				}
			}
		}
		for _, row := range slices.Concat(story.refunds(), story.reports()) {
			if !yield(row) {
				return
			}
		}
	}
}

// fleetAge is how far back the fleet goes.
const fleetAge = 72 * time.Hour

// age is how long ago an order came in: the closer to now, the more orders there are.
func (f Fleet) age(i int) time.Duration {
	rest := 1 - float64(i)/float64(f.Orders)
	return time.Duration(float64(fleetAge) * rest * rest)
}

func (f Fleet) withDefaults() Fleet {
	if f.Now.IsZero() {
		f.Now = time.Now()
	}
	if f.Orders <= 0 {
		f.Orders = 240
	}
	return f
}

// luck returns a number from 0 to 99 for a workflow and one of its steps. It decides if the step
// fails when it runs again.
func luck(id, step string) int {
	hash := fnv.New32a()
	fmt.Fprintf(hash, "%s/%s", id, step)
	return int(hash.Sum32() % 100)
}
