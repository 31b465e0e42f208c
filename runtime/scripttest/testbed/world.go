package testbed

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// start is the time at which every test begins, so that its results are the same on every day.
var start = time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)

// A World is the environment of one test. It is for one goroutine at a time.
type World struct {
	clock  *simulator.Clock
	logger *slog.Logger
	folder string // the folder of the database; empty before the first use

	database *simulator.Database
	worker   *worker.Worker
	client   client.Client // makes the database, and keeps it open between two runs of the script
	stopped  bool          // fleet.stop was called: the fleet runs nothing

	registered map[played]bool       // the workflow functions that the fleet has
	queues     map[string]bool       // queues on which the fleet listens
	named      map[played]*behaviour // of all workflows of a function, unless single has the id
	single     map[string]*behaviour // of one workflow, by its id, and of its forks
	tries      map[string]int        // number of runs of a workflow and its forks, by its id
	trouble    trouble               // what fleet.fail and fleet.slow do to it
	fakes      fakes                 // the answers of the outside
	test       context.Context       // of the function of the test that runs now
}

// New returns a world. Its database is made at the first use, and Close removes it.
func New(logger *slog.Logger) *World {
	return &World{
		clock: simulator.NewClock(start), logger: logger, registered: map[played]bool{}, queues: map[string]bool{},
		named: map[played]*behaviour{}, single: map[string]*behaviour{}, tries: map[string]int{},
	}
}

// Now returns the time by the world's clock.
func (w *World) Now() time.Time { return w.clock.Now() }

// Config returns the configuration of a client of the world's database. The first call makes the
// database.
func (w *World) Config(ctx context.Context) (client.ClientConfig, error) {
	if w.folder != "" {
		return w.config(), nil
	}
	folder, err := os.MkdirTemp("", "dbos-script-test-")
	if err != nil {
		return client.ClientConfig{}, err
	}
	w.folder = folder
	return w.config(), w.open(context.WithoutCancel(ctx))
}

func (w *World) config() client.ClientConfig {
	// Nothing of a test need survive a power cut.
	url := "sqlite:" + filepath.Join(w.folder, "dbos.sqlite") + "?_pragma=synchronous(OFF)"
	return client.ClientConfig{DatabaseURL: url, Logger: w.logger, Clock: w.Now, Idle: w.Idle, SDK: client.SDKGo}
}

func (w *World) open(ctx context.Context) (err error) {
	config := w.config()
	creating := config
	creating.Create = true
	if w.client, err = client.NewClient(ctx, creating); err != nil {
		return err
	}
	if w.database, err = simulator.OpenDatabase(ctx, config); err != nil {
		return err
	}
	w.worker, err = worker.New(ctx, worker.Config{ClientConfig: config, ExecutorID: executor, ApplicationVersion: version})
	if err != nil {
		return err
	}
	return w.worker.Launch(ctx)
}

// The executor id and the application version of the simulated application.
const (
	executor = "local"
	version  = "v1"
)

// Close ends the simulated application and removes the database.
func (w *World) Close() error {
	if w.worker != nil {
		w.worker.Close()
	}
	if w.database != nil {
		w.database.Close()
	}
	if w.client != nil {
		w.client.Shutdown(0)
	}
	if w.folder == "" {
		return nil
	}
	return os.RemoveAll(w.folder)
}
