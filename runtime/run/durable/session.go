package durable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/client/worker/store"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib"
)

// Application owns the workflows of runs.
const Application = "dbos-script"

// queue is where a run waits that no process executes: the executors' own, which has no limit.
const queue = Application + "-internal"

// Config configures a session.
type Config struct {
	Database client.ClientConfig
	// LeaseTime is how long another process must have shown no sign of life before its run is taken
	// over, 12 s if zero.
	LeaseTime time.Duration
	// Waiting is called with the id of an executor that has to be watched for so long. It may be
	// nil.
	Waiting func(executorID string, longest time.Duration)
}

// A Session executes one run in this process.
type Session struct {
	id       string
	config   Config
	executor *worker.Executor
	sources  *store.Store
	client   client.Client
}

// Open opens a session for the run of an id, which Close ends. It returns worker.ErrNoRunTables if
// the database lacks the tables for durable runs.
func Open(ctx context.Context, id string, config Config) (*Session, error) {
	d := &config.Database
	d.AppName, d.SDK, d.Gate, d.DryRun, d.ReadOnly, d.Strict = "", client.SDKGo, nil, false, false, false
	if d.Pools == nil {
		d.Pools = &client.Pools{}
	}
	d.PollInterval = cmp.Or(d.PollInterval, pollInterval)
	config.LeaseTime = cmp.Or(config.LeaseTime, leaseTime)
	s := &Session{id: id, config: config}
	if err := s.open(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

const (
	leaseTime = 12 * time.Second

	// pollInterval is how soon a run is ended that somebody cancels.
	pollInterval = time.Second

	// never is longer than any wait of a script, so that its state stays in memory.
	never = 100 * 365 * 24 * time.Hour
)

func (s *Session) open(ctx context.Context) (err error) {
	d := s.config.Database
	s.executor, err = worker.NewExecutor(ctx, worker.ExecutorConfig{
		ClientConfig: d, ApplicationName: Application, Only: s.id, Slots: 1, ParkAfter: never, LeaseTime: s.config.LeaseTime,
	})
	if err == nil {
		s.sources, err = store.Open(ctx, d)
	}
	if err == nil {
		d.Logger = slog.New(slog.DiscardHandler) // a run is a workflow that no application knows
		s.client, err = client.NewClient(ctx, d)
	}
	if err == nil {
		err = s.executor.Launch(ctx)
	}
	return err
}

// Close frees the connections. A run that goes on ends at once, and others take it over when the
// lease of this process is over.
func (s *Session) Close() {
	if s.executor != nil {
		s.executor.Close()
	}
	if s.sources != nil {
		s.sources.Close()
	}
	if s.client != nil {
		s.client.Shutdown(run.Grace)
	}
}

// Start stores the script and makes the workflow of its run. If a workflow with the id exists, it
// returns a *RunError.
func (s *Session) Start(ctx context.Context, who string, bundle Bundle, plan Plan) error {
	source, err := bundle.stored(who)
	if err != nil {
		return err
	}
	plan.Source = source.Hash
	input, err := plan.input()
	if err != nil {
		return err
	}
	if held, err := s.executor.Holder(ctx, s.id); err != nil || held != nil {
		return errors.Join(err, s.errExists(held))
	}
	if _, err := s.sources.AddSources(ctx, source); err != nil {
		return err
	}
	_, err = s.client.WithContext(ctx).Enqueue(queue, bundle.Name, input, client.WithEnqueueWorkflowID(s.id),
		client.WithEnqueueApplicationName(Application), client.WithEnqueueApplicationVersion(version(source.Hash)))
	return err
}

func (s *Session) errExists(held *worker.Holder) error {
	if held == nil {
		return nil
	}
	return &RunError{Message: fmt.Sprintf("a workflow with the id %s exists already", s.id), Hint: "`dbos-script run --continue ID` goes on with an unfinished run"}
}

// version is the application version of the runs of a source.
func version(hash string) string { return versionPrefix + hash }

const versionPrefix = "lua:"

// sourceOf returns the hash in a version, or "" if it is the version of no script.
func sourceOf(version string) string {
	hash, found := strings.CutPrefix(version, versionPrefix)
	if !found {
		return ""
	}
	return hash
}

// Execute executes the run, and returns the error of the script. script executes one Life of it, as
// Life.Apply configures that; it is called again if the database fails under it. The run has
// ended if run.Unfinished is false for the error; otherwise Execute has put it back, and another
// process can go on. It returns a *RunError if there is no such run, if it has ended, if another
// process executes it, and if somebody cancels it or takes it away.
func (s *Session) Execute(ctx context.Context, script func(context.Context, *Life) error) error {
	held, err := s.found(ctx)
	if err != nil {
		return err
	}
	e := &execution{session: s, ctx: ctx, script: script, begun: make(chan struct{}), ended: make(chan error, 1)}
	if err := s.fetchBack(ctx, held); err != nil {
		return err
	}
	s.executor.Register(held.Name, e.live, worker.ExecutorOptions{Version: held.Version})
	rounds := make(chan error, 1)
	go func() { rounds <- s.executor.Run(context.WithoutCancel(ctx)) }()
	err = e.wait(rounds, held)
	stopped := s.stop()
	if err != nil {
		return err
	}
	return cmp.Or(stopped, s.recorded(ctx))
}

// fetchBack moves a run to the queue of its application that waits on the internal one, where a
// resume has put it. Only executors of SDKs listen there.
func (s *Session) fetchBack(ctx context.Context, held *worker.Holder) error {
	if held.Status == "PENDING" || held.Queue != client.InternalQueueName {
		return nil
	}
	_, err := s.client.WithContext(ctx).MoveQueueAll([]string{s.id}, queue)
	return err
}

// found returns the state of the run, and an error if it cannot go on anywhere.
func (s *Session) found(ctx context.Context) (*worker.Holder, error) {
	held, err := s.executor.Holder(ctx, s.id)
	switch {
	case err != nil:
		return nil, err
	case held == nil:
		return nil, errUnknown(s.id, s.unfinished(ctx))
	case held.Application != Application:
		return nil, errForeign(s.id, held.Application)
	case final(held.Status):
		return nil, errFinished(s.id, held.Status)
	}
	return held, nil
}

// final returns true for a state that nothing leaves by itself.
func final(status string) bool {
	switch status {
	case "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED":
		return true
	}
	return false
}

// unfinished returns the ids of runs that can go on, the latest first.
func (s *Session) unfinished(ctx context.Context) (ids []string) {
	found, _ := s.client.WithContext(ctx).ListWorkflows(client.WithApplicationName(Application), client.WithSortDesc(), client.WithLimit(100),
		client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusPending, client.WorkflowStatusEnqueued}))
	for _, wf := range found {
		ids = append(ids, wf.ID)
	}
	return ids
}

// stopTime is how long the end of a process waits for the outcome of its run to be recorded.
const stopTime = 30 * time.Second

// stop ends the executor. A run that is unfinished is on its queue then.
func (s *Session) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	return s.executor.Stop(ctx)
}

// recorded returns an error unless the end of a run that succeeded is recorded.
func (s *Session) recorded(ctx context.Context) error {
	held, err := s.executor.Holder(context.WithoutCancel(ctx), s.id)
	if err == nil && held != nil && !final(held.Status) {
		err = fmt.Errorf("the script has ended, but the end of the run %s is not recorded", s.id)
	}
	return err
}

// outcome returns the output of the workflow of a run whose script has ended, and its
// error, without secrets.
func (l *Life) outcome(err error) (any, error) {
	if _, exits := errors.AsType[*stdlib.ExitRequest](err); l.Plan.Called != nil && (err == nil || exits) {
		return l.called(err)
	}
	if exit, ok := errors.AsType[*stdlib.ExitRequest](err); ok {
		return map[string]any{"exit_code": int64(exit.ExitCode())}, nil
	}
	if err == nil {
		return map[string]any{"exit_code": int64(0)}, nil
	}
	failed := &codec.RemoteError{Name: "Error", Message: l.concealed(err.Error())}
	if coded, ok := errors.AsType[interface {
		error
		declare.Coder
	}](err); ok { // Do joins the error with those of the end
		failed.Name = cmp.Or(coded.ErrorCode(), failed.Name)
	}
	return nil, failed
}

// concealed returns a text without the secrets of the run.
func (l *Life) concealed(text string) string {
	if l == nil || l.conceal == nil {
		return text
	}
	return l.conceal(text)
}
