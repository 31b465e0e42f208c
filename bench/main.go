// Command bench compares this project's client, from Go and from Lua, with a raw program on the
// same driver and with the official clients for TypeScript and Go, side by side on private
// databases. docs/benchmarks.md explains each table.
//
// A row of a table is a task, such as to enqueue 1,000 workflows. A subject is one of the compared
// ways to do it: raw, go, lua, ts and gosdk. Each subject does a task in a process of its own,
// which prints its finding; for go and raw this program starts itself with -subject.
//
//	go run ./bench -filter fork -runs 5
//
// It prints a table for each database, and writes the same as Markdown and JSON under -out.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"time"

	"github.com/dbos-script/dbos-script/bench/goclient"
	"github.com/dbos-script/dbos-script/bench/raw"
	"github.com/dbos-script/dbos-script/bench/task"
)

// options are the flags. profiles is a folder, and in the process of a subject a file in it.
type options struct {
	filter   string
	tables   string
	fleet    int
	large    int
	part     int
	runs     int
	rowTime  time.Duration
	out      string
	delay    time.Duration
	plans    string
	analyze  string
	profiles string
	subject  string
	task     string
}

func main() {
	var o options
	flag.StringVar(&o.filter, "filter", "", "only rows whose name holds this, or one of several between commas")
	flag.StringVar(&o.tables, "tables", "peer,output,sqlite,line,lua", "which tables to make; there are also million and own")
	flag.IntVar(&o.large, "large", 1_000_000, "how many workflows the database of the table million holds")
	flag.IntVar(&o.fleet, "fleet", 200_000, "how many workflows the databases hold")
	flag.IntVar(&o.part, "part", 1, "how many times smaller all sizes are, for a try")
	flag.DurationVar(&o.rowTime, "row-time", 10*time.Second, "how long a row takes samples, once each subject has three")
	flag.IntVar(&o.runs, "runs", 5, "how often each task is measured; below three, nothing is judged")
	flag.StringVar(&o.out, "out", filepath.Join("build", "bench"), "the folder of the Markdown and JSON reports")
	flag.DurationVar(&o.delay, "delay", 2*time.Millisecond, "how much the slow line adds to each round trip")
	flag.StringVar(&o.plans, "plans", "", "instead compare the plans of every statement at two sizes, as in 10000,1000000")
	flag.StringVar(&o.analyze, "analyze", "", "with -plans: carry out the operations whose name holds this, or all, at the larger size, and write what took how long to plans.txt")
	flag.StringVar(&o.profiles, "profiles", "", "a folder for a CPU profile of each task of this client from Go, the last run's; it makes them slower")
	flag.StringVar(&o.subject, "subject", "", "do one task as this subject (for the program itself)")
	flag.StringVar(&o.task, "task", "", "the task, as JSON (for the program itself)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.subject != "" {
		return runTask(ctx, o)
	}
	if o.plans != "" {
		return comparePlans(ctx, o)
	}
	return compare(ctx, o)
}

// profile writes a CPU profile to a file until finish is called. If path is empty, it does nothing.
func profile(path string) (finish func() error, err error) {
	if path == "" {
		return func() error { return nil }, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		return file.Close()
	}, pprof.StartCPUProfile(file)
}

// runTask does one task in this process, as the subject go or raw, and prints its finding, unless
// the harness measures the whole process.
func runTask(ctx context.Context, o options) error {
	var t task.Task
	if err := json.Unmarshal([]byte(o.task), &t); err != nil {
		return fmt.Errorf("the task: %w", err)
	}
	do := map[string]func(context.Context, task.Task) (task.Finding, error){"go": goclient.Run, "raw": raw.Run}[o.subject]
	if do == nil {
		return errors.New("the subject is go or raw")
	}
	finish, err := profile(o.profiles)
	if err != nil {
		return err
	}
	finding, err := do(ctx, t)
	if err = errors.Join(err, finish()); err != nil || t.Whole() {
		return err
	}
	return task.Report(os.Stdout, finding)
}
