package worker

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/tables"
)

// Config configures a worker as an application of a certain kind.
type Config struct {
	// ClientConfig names the database, the clock, the logger and the polling interval of Run.
	// Create and ReadOnly have no effect on a worker.
	client.ClientConfig

	ExecutorID         string // "local" when empty
	ApplicationVersion string // "simulated" when empty
	ApplicationName    string // if empty, a claim sets no owner
	Queues             []Queue
	// ListenQueues are the queues of the database that the worker takes from besides its
	// own Queues. Nil means all queues of its application and all without an owner, as
	// in an application.
	ListenQueues []string
	// MaxRecoveryAttempts is the limit of workflows that are registered without one; 100 when zero.
	MaxRecoveryAttempts int

	// owned restricts claims, sweeps and releases to rows of ApplicationName, so that a row without
	// an owner is left to others.
	owned bool
}

// A Workflow is the function of a workflow. It must return soon after a method of its Run has
// returned an error, because it may have been stopped.
type Workflow func(*Run) (any, error)

// RegisterOptions hold the class and the instance of a workflow function, and its limit.
type RegisterOptions struct {
	ClassName  string
	ConfigName string
	MaxRetries int // how often it may be recovered; the worker's MaxRecoveryAttempts when zero
}

// A Worker plays an application: it claims workflows from its queues, runs them step by step and
// records their outcomes. One worker is not safe for concurrent use, but several can share a
// database.
type Worker struct {
	tables    *tables.Database
	db        *db.DB // the database of tables
	config    Config
	functions map[function]registration
	running   []*execution
	queues    []Queue // on which it listens, as of the last survey
	swept     int64   // when it last cancelled overdue workflows, in Unix milliseconds
	added     *addedQueues
	token     string // value of owner_xid, if that column decides who may write an outcome

	steps, outcomes *grouping // of an Executor
}

// A function is the key of a workflow function, as a row holds it.
type function struct{ name, class, config string }

type registration struct {
	run        Workflow
	maxRetries int
}

// New opens the database, which must exist. Register the workflows next, then Launch.
func New(ctx context.Context, config Config) (*Worker, error) {
	config = config.withDefaults()
	database, err := tables.Open(ctx, config.ClientConfig)
	if err != nil {
		return nil, err
	}
	return &Worker{tables: database, db: database.DB(), config: config, functions: map[function]registration{}, token: uuid.NewString()}, nil
}

func (c Config) withDefaults() Config {
	if c.ExecutorID == "" {
		c.ExecutorID = "local"
	}
	if c.ApplicationVersion == "" {
		c.ApplicationVersion = "simulated"
	}
	if c.MaxRecoveryAttempts <= 0 {
		c.MaxRecoveryAttempts = 100
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.PollInterval <= 0 {
		c.PollInterval = time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}

// Register adds a function. The same name, class and instance replaces an earlier one, as a new
// deployment does. Executions in progress go on with the old one.
func (w *Worker) Register(name string, run Workflow, options RegisterOptions) {
	if options.MaxRetries <= 0 {
		options.MaxRetries = w.config.MaxRecoveryAttempts
	}
	w.functions[function{name, options.ClassName, options.ConfigName}] = registration{run, options.MaxRetries}
}

// Kill forgets everything that runs here, as the death of a process would: the rows stay PENDING.
// Launch starts the worker again.
func (w *Worker) Kill() {
	for _, e := range w.running {
		e.kill()
	}
	w.running = nil
}

// Close kills the worker and releases its connections.
func (w *Worker) Close() {
	w.Kill()
	w.tables.Close()
}

// now is the present in Unix milliseconds, by the worker's clock.
func (w *Worker) now() int64 { return w.config.Clock().UnixMilli() }
