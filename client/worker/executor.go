package worker

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/tables"
)

// ExecutorConfig configures an executor.
type ExecutorConfig struct {
	// ClientConfig names the database, the clock, the logger and the polling interval of Run.
	// Create, CreateRuns and ReadOnly have no effect.
	client.ClientConfig

	// ApplicationName owns the workflows that the executor takes, and no other rows are touched.
	// "dbos-script" if empty. An application of an SDK must not have this name.
	ApplicationName string
	// Queues are registered where no queue of this name exists, and so is a queue without limits
	// for the executor's own use, "dbos-script-internal" for the default name. A queue that exists
	// may have no owner.
	Queues       []Queue
	ListenQueues []string // as in Config
	// Unowned lets it take, cancel and release rows without an owner too, as applications do.
	Unowned bool
	// Only is the id of the one workflow that it claims; it claims any if this is empty.
	Only string

	Slots               int           // how many runs go on at once, 32 if zero; a run that waits takes none
	ParkAfter           time.Duration // a run that sleeps for longer leaves memory, a minute if zero
	LeaseTime           time.Duration // an executor without a sign of life for so long is dead, 12 s if zero
	MaxRecoveryAttempts int           // of workflows that are registered without a limit, 100 if zero
}

// An Executor runs workflows for production: many at once, beside other executors of its
// application and beside applications of SDKs, until it is stopped or dies. docs/design/executor.md
// describes its protocol. Register the workflows, then Launch, then Run; Stop ends it. Launch, Work
// and Run must not be called at the same time, Register, Stop and Close may be called at any time.
type Executor struct {
	worker atomic.Pointer[Worker] // the statements that it shares with a Worker, under its present id
	tables *tables.Database
	config ExecutorConfig
	leases observer
	base   context.Context // of all runs
	end    context.CancelCauseFunc

	turn    sync.Mutex // held by a round
	stopped bool       // guarded by turn: the lease has ended
	unsure  bool       // guarded by turn: a claim may have taken effect unseen

	mutex    sync.Mutex
	known    catalogue
	runs     map[string]*execution // in memory, by workflow id
	resting  map[string]*execution // runs that wait for a time, and no goroutine advances them
	parked   *parkingLot
	active   int  // goroutines that advance a run
	advanced bool // a run went on since the last call of settle
	hungry   bool // the last round could have claimed more with more slots
	stopping bool
	idle     *sync.Cond    // of mutex, when active falls
	rested   chan struct{} // the same for Stop
	freed    chan struct{} // when half of the slots are free, for a hungry executor
}

// ErrNoRunTables is the error of an executor on a database without the tables for durable runs.
var ErrNoRunTables = errors.New("this database has no tables for durable runs; `dbos-script db init --runs` makes them")

// NewExecutor opens the database, which must exist. It returns ErrNoRunTables if nobody has made
// the tables for durable runs, and an error that names the column if the tables of DBOS are older
// than version 123, because an outcome of an old owner could not be refused there.
func NewExecutor(ctx context.Context, config ExecutorConfig) (*Executor, error) {
	config = config.withDefaults()
	database, err := tables.Open(ctx, config.ClientConfig)
	if err != nil {
		return nil, err
	}
	if err := usable(database); err != nil {
		database.Close()
		return nil, err
	}
	w := &Worker{tables: database, db: database.DB(), added: &addedQueues{}, config: Config{
		ClientConfig: config.ClientConfig, ApplicationName: config.ApplicationName,
		Queues:       append(slices.Clone(config.Queues), Queue{Name: ownQueue(config.ApplicationName)}),
		ListenQueues: config.ListenQueues, MaxRecoveryAttempts: config.MaxRecoveryAttempts, owned: !config.Unowned,
	}.withDefaults()}
	w.config.ExecutorID, w.config.ApplicationVersion = newExecutorID(), ""
	x := &Executor{tables: database, config: config, runs: map[string]*execution{}, resting: map[string]*execution{},
		parked: newParkingLot(), freed: make(chan struct{}, 1), rested: make(chan struct{}, 1)}
	x.idle = sync.NewCond(&x.mutex)
	x.base, x.end = context.WithCancelCause(context.WithoutCancel(ctx))
	w.steps, w.outcomes = newGrouping(x.base, w.db, planSteps), newGrouping(x.base, w.db, planOutcomes)
	x.worker.Store(w)
	return x, nil
}

// usable returns an error if the tables lack something that executors need.
func usable(d *tables.Database) error {
	for _, column := range [][2]string{{"workflow_status", "creator_xid"}, {"workflow_status", "application_name"}, {"queues", "application_name"}} {
		if !d.Has(column[0], column[1]) {
			return fmt.Errorf("an executor needs tables of version 123, and this database lacks %s.%s", column[0], column[1])
		}
	}
	if !d.Shape().HasRuns() {
		return ErrNoRunTables
	}
	return nil
}

func (c ExecutorConfig) withDefaults() ExecutorConfig {
	if c.ApplicationName == "" {
		c.ApplicationName = "dbos-script"
	}
	if c.Slots <= 0 {
		c.Slots = 32
	}
	if c.ParkAfter <= 0 {
		c.ParkAfter = time.Minute
	}
	if c.LeaseTime <= 0 {
		c.LeaseTime = 12 * time.Second
	}
	return c
}

// ownQueue returns the queue of an application's executors for workflows that have no other:
// children that are started without a queue, and workflows that are reclaimed from the internal
// one. It has no limit, so that a parent that waits for a child never keeps it from starting.
func ownQueue(application string) string { return application + "-internal" }

// newExecutorID returns an id that no other process has, and no earlier life of this one.
func newExecutorID() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown-host"
	}
	random := make([]byte, 4)
	_, _ = rand.Read(random)
	return fmt.Sprintf("%s:%d:%s", host, os.Getpid(), hex.EncodeToString(random))
}

// ID returns the id under which the executor claims: host, process and a random part. It changes if
// other executors have taken this one for dead.
func (x *Executor) ID() string {
	return x.worker.Load().config.ExecutorID
}

const (
	// selectForeignVersion finds a version of the application, which only an SDK registers.
	selectForeignVersion = `SELECT 1 FROM {application_versions} AS v WHERE v.application_name = CAST(:application AS TEXT)`

	selectForeignQueue = `SELECT 1 FROM {queues} AS q WHERE q.name = :name AND q.application_name <> CAST(:application AS TEXT)`

	addQueue = registerQueueValues + `
ON CONFLICT (name) DO NOTHING`
)

// Launch registers the queues of the configuration and takes the lease. It returns an error, and
// has done nothing, if an SDK's application has the name of this one or another application owns a
// queue. It registers no version, so that the latest version stays the same for every application.
func (x *Executor) Launch(ctx context.Context) error {
	w := x.worker.Load()
	return w.db.Run(ctx, func(b *db.Batch) {
		if w.tables.Has("application_versions", "application_name") {
			b.Guard(selectForeignVersion, w.ownArgs(), fmt.Errorf("%q is an application of an SDK, which has registered a version: an executor needs a name of its own", w.config.ApplicationName))
		}
		for _, queue := range w.config.Queues {
			args := w.queueArgs(queue)
			b.Guard(selectForeignQueue, query.Args{"name": queue.Name, "application": args["application"]},
				fmt.Errorf("the queue %q belongs to another application than %q", queue.Name, w.config.ApplicationName))
			b.Exec(addQueue, args, nil)
		}
		x.takeLease(b)
	})
}

// Close ends everything at once, as the death of the process would, and releases the connections.
// The rows stay PENDING until another executor finds that the lease is over; Stop gives them back.
func (x *Executor) Close() {
	x.end(errKilled)
	x.mutex.Lock()
	x.stopping = true
	x.mutex.Unlock()
	x.abandon(errKilled)
	x.tables.Close()
}

// abandon forgets all runs, and returns how many were in a step. They end at their next boundary.
func (x *Executor) abandon(reason error) (busy int) {
	x.mutex.Lock()
	resting := slices.Collect(maps.Values(x.resting))
	for _, e := range x.runs {
		e.lose(reason)
	}
	clear(x.runs)
	clear(x.resting)
	x.parked = newParkingLot()
	busy = x.active
	x.mutex.Unlock()
	for _, e := range resting {
		e.kill()
	}
	return busy
}

// lose ends a run that another goroutine advances: its context ends now, its function at the next
// boundary.
func (e *execution) lose(reason error) {
	e.lost.CompareAndSwap(nil, &reason)
	if e.cancelled != nil {
		e.cancelled(reason)
	}
}

// newToken returns a value of owner_xid for the rows of one claim. SDKs use one for each process;
// with one for each claim, a run is also fenced against a later claim by the same process.
func newToken() string { return uuid.NewString() }
