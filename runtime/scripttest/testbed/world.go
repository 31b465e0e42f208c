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

// Start is where the clock of a test stands at first.
var start = time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)

// A World is the environment of one test. It is for one goroutine at a time.
type World struct {
	clock  *simulator.Clock
	logger *slog.Logger
	folder string // where the database lies, once there is one

	database *simulator.Database
	worker   *worker.Worker
	client   client.Client // keeps the database in use between two runs
	stopped  bool          // the fleet does not work

	played map[played]bool       // the workflows that the fleet has
	queues map[string]bool       // queues on which the fleet listens
	named  map[played]*behaviour // behaviour by name
	single map[string]*behaviour // behaviour by id, for its forks too
	tries  map[string]int        // number of runs by id, including forks
	test   context.Context       // of the test's call under way
}

// New returns a world without a database, which is made at first use and removed by Close.
func New(logger *slog.Logger) *World {
	return &World{
		clock: simulator.NewClock(start), logger: logger, played: map[played]bool{}, queues: map[string]bool{},
		named: map[played]*behaviour{}, single: map[string]*behaviour{}, tries: map[string]int{},
	}
}

// Now is the time by the world's clock.
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
	create := config
	create.Create = true
	if w.client, err = client.NewClient(ctx, create); err != nil {
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

// The names that the simulated application goes by.
const (
	executor = "local"
	version  = "v1"
)

// Close ends the world, and takes its database away.
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
