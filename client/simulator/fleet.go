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

// The names of the fleet's application, of its executors and of its versions. The oldest orders
// were run by the older version.
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
// letters (MAX_RECOVERY_ATTEMPTS_EXCEEDED) because the executors crashed on them. Fleets with the
// same fields have the same workflows.
type Fleet struct {
	Now    time.Time // the end of the three days; time.Now if zero
	Orders int       // the number of orders; 240 if zero, which makes about 630 workflows
	Seed   uint64    // of the random choices
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

// Populate inserts the fleet into a database without one. Its waiting workflows run only if a
// worker.Worker does, with FleetExecutor, FleetVersion, FleetQueues and RegisterFleet.
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
			for _, row := range story.order(firstOrder+i*orderStep, story.now.Add(-f.age(i))) {
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

const (
	// fleetAge is the age of the oldest order.
	fleetAge = 72 * time.Hour
	// firstOrder and orderStep make order numbers that look real: six digits, with gaps.
	firstOrder, orderStep = 100000, 7
)

// age returns how long ago the i-th order came in. There are more recent orders than old ones.
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

// luck returns a number from 0 to 99 for a workflow and one of its steps. The handlers of
// fleet_run.go fail for the lowest numbers, so that a step that runs again fails or
// succeeds as before.
func luck(id, step string) int {
	hash := fnv.New32a()
	fmt.Fprintf(hash, "%s/%s", id, step)
	return int(hash.Sum32() % 100)
}
