package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/scripts/examples"
)

// demoDatabase and demoScript are the files that the demo makes.
const (
	demoDatabase = "demo.sqlite"
	demoScript   = "bulk_resume.lua"
	demoAudit    = "audit.jsonl"
)

func (a *app) demoCommand() *cobra.Command {
	var folder string
	var replace bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a database with a fleet of workflows, and run a runbook against it",
		Long: "Makes a system database with several hundred workflows of a small shop in every state, runs the shop's application\n" +
			"beside it, and lets the runbook bulk_resume.lua run the failed ones again. Both stay, so you can go on with them. The\n" +
			"database is an SQLite file in the folder, or the one that --db names, on Postgres too. A database that exists is never\n" +
			"changed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), folder, replace) },
	}
	cmd.Flags().StringVar(&folder, "dir", "demo", "the folder to make them in")
	cmd.Flags().BoolVar(&replace, "replace", false, "remove the database that an earlier demo made in the folder, with all that is in it")
	return cmd
}

func (a *app) demo(ctx context.Context, folder string, replace bool) error {
	config, err := a.demoConfig(folder, replace)
	if err != nil {
		return err
	}
	if err := vacant(ctx, config); err != nil {
		return err
	}
	script, err := layOut(folder)
	if err != nil {
		return err
	}
	shown := config.Shown()
	if schema := config.DatabaseSchema; a.options.database != "" && schema != "" && schema != defaultSchema {
		shown += " --schema " + schema
	}
	fmt.Fprintf(a.err, "A shop's system database: %s\n\n", shown)
	if err := populate(ctx, config); err != nil {
		return err
	}
	a.options.audit = filepath.Join(folder, demoAudit)
	a.options.output, a.options.database = "table", config.DatabaseURL
	if err := a.runChunk(ctx, countByStatus, nil); err != nil {
		return err
	}
	shop := &employed{}
	defer shop.stop()
	// The shop begins its work at the first change, after the runbook has chosen the workflows:
	// otherwise orders of the shop that fail in the meantime would be chosen too.
	a.beforeChange = func() error { return shop.start(ctx, config) }
	arguments := []string{"--since", "3d", "--batch", "25"}
	fmt.Fprintf(a.err, "\n$ %s run %s --db %s --audit %s --since 3d --batch 25\n\n", os.Args[0], script, shown, a.options.audit)
	if err := a.partly(a.runFile(ctx, script, arguments)); err != nil {
		return err
	}
	fmt.Fprintf(a.err, demoNext, os.Args[0], shown, script, a.options.audit)
	return nil
}

// demoConfig is the database that --db names, or else a file in the folder. Only a flag or a
// profile names it: the environment's is that of somebody's application.
func (a *app) demoConfig(folder string, replace bool) (client.ClientConfig, error) {
	config := client.ClientConfig{DatabaseURL: a.options.database, DatabaseSchema: a.options.schema, Create: true, Logger: slog.New(slog.DiscardHandler)}
	switch {
	case a.options.readOnly || a.options.dryRun:
		return config, &usageError{message: "the demo makes a database, so it can be neither read-only nor a dry run"}
	case a.options.database != "" && replace:
		return config, &usageError{message: "--replace removes the database of an earlier demo in its folder, and none that --db names"}
	case a.options.database == "":
		path := filepath.Join(folder, demoDatabase)
		config.DatabaseURL = "sqlite:" + path
		if replace {
			return config, removeFile(path)
		}
	}
	return config, nil
}

// vacant refuses a place where something is.
func vacant(ctx context.Context, config client.ClientConfig) error {
	taken := func(hint string) error {
		return &usageError{message: fmt.Sprintf("there is a database at %s already: the demo does not change an existing one", config.Shown()), hint: hint}
	}
	place, err := config.Place()
	if err == nil && place.File != "" {
		if _, err := os.Lstat(place.File); err == nil {
			return taken("--dir names another folder; --replace makes the one in the folder anew, and loses what is in it")
		}
		return nil
	}
	config.Create, config.ReadOnly = false, true
	c, err := client.NewClient(ctx, config)
	if err == nil {
		c.Shutdown(run.Grace)
		return taken("name another database, or another schema with --schema")
	}
	return nil // other problems are reported when the file is made
}

func removeFile(database string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(database + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// partly lets the demo go on when the runbook did all its work and some workflows failed again,
// as a few of the shop's always do.
func (a *app) partly(err error) error {
	if err == nil || run.ExitCode(err) != 4 {
		return err
	}
	a.report(err)
	return nil
}

const countByStatus = `
local rows, index = {}, {}
for wf in dbos.workflows() do
  if not index[wf.status] then
    index[wf.status] = {status = wf.status, count = 0}
    rows[#rows + 1] = index[wf.status]
  end
  index[wf.status].count = index[wf.status].count + 1
end
table.sort(rows, function(a, b) return a.count > b.count end)
emit(rows, {columns = {"status", "count"}})
`

const demoNext = `
The database stays. Try next:
  %[1]s db info --db %[2]s
  %[1]s --db %[2]s -e 'emit(dbos.list_workflows{status = "ERROR", load_output = true, limit = 5})'
  %[1]s --db %[2]s -e 'emit(dbos.get_workflow_steps(dbos.list_workflows{status = "ERROR", limit = 1}[1].id))'
  %[1]s --db %[2]s run %[3]s --since 3d --dry-run
  %[1]s runs show last --audit %[4]s
  $EDITOR %[3]s
`

// layOut makes the folder with the runbook in it. One that is there is kept: somebody may have
// changed it.
func layOut(folder string) (script string, err error) {
	text, err := examples.Files.ReadFile(demoScript)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	script = filepath.Join(folder, demoScript)
	if err := writeNew(script, text); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return script, nil
}

// populate makes the database and the workflows of the last days.
func populate(ctx context.Context, config client.ClientConfig) error {
	c, err := client.NewClient(ctx, config)
	if err != nil {
		return err
	}
	defer c.Shutdown(run.Grace)
	database, err := simulator.OpenDatabase(ctx, config)
	if err != nil {
		return err
	}
	defer database.Close()
	return simulator.Fleet{}.Populate(ctx, database)
}

// employed is the shop's application, once it is started.
type employed struct {
	once sync.Once
	end  func()
	err  error
}

func (e *employed) start(ctx context.Context, config client.ClientConfig) error {
	e.once.Do(func() { e.end, e.err = employ(ctx, config) })
	return e.err
}

func (e *employed) stop() {
	if e.end != nil {
		e.end()
	}
}

const (
	shopPolls    = 50 * time.Millisecond
	finishWithin = 10 * time.Second
)

// employ runs the shop's application until stop is called.
func employ(ctx context.Context, config client.ClientConfig) (stop func(), err error) {
	config.PollInterval = shopPolls
	worker, err := worker.New(ctx, worker.Config{
		ClientConfig: config, ExecutorID: simulator.FleetExecutor, ApplicationName: simulator.FleetApplication,
		ApplicationVersion: simulator.FleetVersion, Queues: simulator.FleetQueues(),
	})
	if err != nil {
		return nil, err
	}
	simulator.RegisterFleet(worker)
	if err := worker.Launch(ctx); err != nil {
		worker.Close()
		return nil, err
	}
	asked, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		workUntil(ctx, worker, asked)
	}()
	return func() {
		close(asked)
		<-ended
		worker.Close()
	}, nil
}

// workUntil works like the shop until it is asked to stop, and then finishes what it has begun.
func workUntil(ctx context.Context, shop *worker.Worker, asked <-chan struct{}) {
	ticker := time.NewTicker(shopPolls)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = shop.Drain(ctx)
		case <-asked:
			finishing, cancel := context.WithTimeout(ctx, finishWithin)
			defer cancel()
			finish(finishing, shop)
			return
		case <-ctx.Done():
			return
		}
	}
}

// finish works until nothing is due before the end of the context. Without it a demo could end
// while a payment waits for its next try, and the pages of the guide show what all of them became.
func finish(ctx context.Context, shop *worker.Worker) {
	end, _ := ctx.Deadline()
	for shop.Drain(ctx) == nil {
		due, err := shop.Next(ctx)
		if err != nil || due.IsZero() || due.After(end) {
			return
		}
		select {
		case <-time.After(time.Until(due)):
		case <-ctx.Done():
			return
		}
	}
}
