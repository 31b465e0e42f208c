package durable

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/client/worker/store"
	"github.com/dbos-script/dbos-script/stdlib"
)

const (
	// ticksQueue is where the runs of ticks wait. It has no limit.
	ticksQueue = Application + "-ticks"
	// serialQueue is where the runs wait that go on one after the other: it has a partition for
	// each schedule, and runs one of each.
	serialQueue = Application + "-ticks-serial"

	// approvalInterval is the time between two looks for the approval that a run waits for. A look
	// reads the run and its steps.
	approvalInterval = 10 * time.Second
)

// ServerConfig configures a Server.
type ServerConfig struct {
	Database  client.ClientConfig
	LeaseTime time.Duration // as in Config
	Slots     int           // how many runs go on at once
	// TrustDatabase lets it run versions of its scripts that it has never had, with the source
	// that the database has. Who may write there can then run a script with the server's grants.
	TrustDatabase bool
}

// A Server makes and executes the runs of schedules, beside other servers on the same database.
// Work executes runs; the other methods may be called meanwhile.
type Server struct {
	config   ServerConfig
	executor *worker.Executor
	sources  *store.Store
}

// Script executes one Life of a run, as Life.Apply and Life.Execute do. It returns the error of the
// run, which decides about its outcome.
type Script func(context.Context, *Life) error

// OpenServer opens a server, which Close ends. It returns worker.ErrNoRunTables if the database
// lacks the tables for durable runs.
func OpenServer(ctx context.Context, config ServerConfig) (*Server, error) {
	d := &config.Database
	d.AppName, d.SDK, d.Gate, d.DryRun, d.ReadOnly, d.Strict = "", client.SDKGo, nil, false, false, false
	d.PollInterval = cmp.Or(d.PollInterval, pollInterval)
	if d.Pools == nil {
		d.Pools = &client.Pools{}
	}
	s := &Server{config: config}
	var err error
	s.executor, err = worker.NewExecutor(ctx, worker.ExecutorConfig{
		ClientConfig: *d, ApplicationName: Application, Slots: config.Slots, ParkAfter: parkAfter, LeaseTime: cmp.Or(config.LeaseTime, leaseTime),
		Queues:       []worker.Queue{{Name: ticksQueue}, {Name: serialQueue, Partitioned: true, Concurrency: 1}},
		ListenQueues: []string{},
	})
	if err == nil {
		s.sources, err = store.Open(ctx, *d)
	}
	if err == nil {
		err = s.executor.Launch(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// ID returns the id of the server's executor.
func (s *Server) ID() string { return s.executor.ID() }

// Work executes runs until the context ends, and then returns nil. It returns an error of the
// database that no second try can mend.
func (s *Server) Work(ctx context.Context) error { return s.executor.Run(ctx) }

// Running returns how many runs go on in this server.
func (s *Server) Running() int { return s.executor.Load().Active }

// Round claims the runs that wait, and executes them until they end. It is for tests.
func (s *Server) Round(ctx context.Context) error {
	_, err := s.executor.Work(ctx)
	return err
}

// Stop claims nothing more, waits for runs until the context ends, and puts the others back on
// their queues, where another server finds them. It returns an error if there are such.
func (s *Server) Stop(ctx context.Context) error { return s.executor.Stop(ctx) }

// Close ends everything at once, as the death of the process would.
func (s *Server) Close() {
	if s.executor != nil {
		s.executor.Close()
	}
	if s.sources != nil {
		s.sources.Close()
	}
}

// Add stores a script and executes its runs from now on. Runs of an earlier version go on with its
// text. It returns the hash of the script.
func (s *Server) Add(ctx context.Context, who string, bundle Bundle, script Script) (string, error) {
	source, err := bundle.stored(who)
	if err != nil {
		return "", err
	}
	if _, err := s.sources.AddSources(ctx, source); err != nil {
		return "", err
	}
	if s.config.TrustDatabase {
		s.executor.Register(bundle.Name, s.live(nil, script), worker.ExecutorOptions{})
	}
	s.executor.Register(bundle.Name, s.live(&bundle, script), worker.ExecutorOptions{Version: version(source.Hash)})
	return source.Hash, nil
}

func (s *Server) now() time.Time {
	if clock := s.config.Database.Clock; clock != nil {
		return clock()
	}
	return time.Now()
}

// live returns the function of the workflows of a script.
func (s *Server) live(bundle *Bundle, script Script) worker.Workflow {
	return func(r *worker.Run) (any, error) {
		ctx, cancel := context.WithCancelCause(r.Context())
		defer cancel(nil)
		l := &Life{run: r, parking: &parking{end: cancel}}
		var err error
		if l.Plan, err = planOf(r); err != nil {
			return nil, err
		}
		if l.bundle, err = s.bundle(ctx, bundle, l.Plan); err != nil {
			r.Lost(err)
			return nil, err
		}
		err = script(ctx, l)
		switch {
		case lost(r, l): // the executor calls this function again
			return nil, err
		case r.Context().Err() != nil:
			return nil, r.Leave()
		case l.Waits() != nil:
			return nil, l.pause()
		case l.AwaitsApproval(err):
			return nil, r.Pause(s.now().Add(approvalInterval))
		}
		return l.outcome(err)
	}
}

// AwaitsApproval returns true if an error of the script lets its run wait, in a Server, for the
// approval that it lacks.
func (l *Life) AwaitsApproval(err error) bool {
	return !l.executed && errors.Is(err, ErrUnapproved) && !l.newTick()
}

// newTick returns true for the run of a tick that has not begun.
func (l *Life) newTick() bool {
	fresh, err := l.Fresh()
	return l.Plan.Called == nil && fresh && err == nil
}

// AddWorkflow stores a script and executes the workflows of its plan from now on, those of earlier
// versions with their own text. It returns an error if the queue belongs to somebody else.
func (s *Server) AddWorkflow(ctx context.Context, who string, bundle Bundle, plan stdlib.WorkflowPlan, script Script) error {
	queue := worker.Queue{Name: plan.Queue, Concurrency: plan.Concurrency, WorkerConcurrency: plan.WorkerConcurrency}
	if r := plan.RateLimit; r != nil {
		queue.RateLimit = worker.RateLimit{Max: r.Limit, Period: r.Period}
	}
	source, err := bundle.stored(who)
	if err == nil {
		err = s.executor.AddQueue(ctx, queue)
	}
	if err == nil {
		_, err = s.sources.AddSources(ctx, source)
	}
	if err != nil {
		return err
	}
	options := worker.ExecutorOptions{MaxRetries: plan.MaxRecoveryAttempts}
	if s.config.TrustDatabase {
		s.executor.Register(plan.Name, s.live(nil, script), options)
	}
	options.Version = version(source.Hash)
	s.executor.Register(plan.Name, s.live(&bundle, script), options)
	return nil
}

// DropWorkflow begins no more workflows of a name. Runs that have begun go on.
func (s *Server) DropWorkflow(name string) { s.executor.Retire(name) }

// bundle returns the script of a run, from the database if this process does not have it.
func (s *Server) bundle(ctx context.Context, known *Bundle, plan Plan) (Bundle, error) {
	if known != nil {
		return *known, nil
	}
	found, err := s.sources.Sources(ctx, plan.Source)
	if err != nil {
		return Bundle{}, err
	}
	if len(found) == 0 {
		return Bundle{}, fmt.Errorf("the source %s of this run is not stored any more", plan.Source)
	}
	return decodeBundle(found[0].Text)
}

// Ticks are the runs to make for a schedule.
type Ticks struct {
	Schedule string
	Source   string // the hash of the script
	Plan     Plan   // of each run, but for its tick
	At       []time.Time
	Attempt  int       // how many runs for the tick have failed
	Delay    time.Time // when they begin; zero for at once
	By       string    // who asked for them; empty for ticks of the schedule
	Missed   bool      // they make up for missed ticks, and go on one after the other
	Serial   bool      // they go on one after the other
	Unless   bool      // none is made while a run of the schedule is unfinished
	Memory   *Memory   // is kept; nil changes nothing
}

// A Memory is what the database keeps about a schedule.
type Memory struct {
	Last     time.Time `json:"last"` // the newest tick that was decided about
	Cron     string    `json:"cron"`
	Timezone string    `json:"timezone"`
}

// RunID returns the id of the run of a tick. It is the same on every server, so the run exists
// once.
func RunID(schedule string, at time.Time, attempt int) string {
	id := "tick-" + schedule + "-" + at.UTC().Format(time.RFC3339)
	if attempt > 0 {
		id += fmt.Sprintf("-retry-%d", attempt)
	}
	return id
}

// Make makes the runs that no server has made.
func (s *Server) Make(ctx context.Context, t Ticks) (worker.MadeTicks, error) {
	made := worker.Ticks{Schedule: t.Schedule, Name: t.Plan.Script, Version: version(t.Source), Queue: ticksQueue, DelayUntil: t.Delay}
	if t.Serial || t.Missed {
		made.Queue, made.Partition = serialQueue, t.Schedule
	}
	if t.Unless {
		made.UnlessBusy = []string{ticksQueue, serialQueue}
	}
	if t.Memory != nil {
		text, err := json.Marshal(t.Memory)
		if err != nil {
			return worker.MadeTicks{}, err
		}
		made.Memory = string(text)
	}
	for _, at := range t.At {
		plan := t.Plan
		plan.Source, plan.Began, plan.Tick = t.Source, at, &Tick{At: at, Attempt: t.Attempt, Missed: t.Missed, By: t.By}
		input, err := plan.input()
		if err != nil {
			return worker.MadeTicks{}, err
		}
		made.New = append(made.New, worker.Tick{ID: RunID(t.Schedule, at, t.Attempt), Input: input})
	}
	return s.executor.MakeTicks(ctx, made)
}

// Memory returns the Memory of a schedule, or nil if there is none.
func (s *Server) Memory(ctx context.Context, schedule string) (*Memory, error) {
	text, err := s.executor.TickMemory(ctx, schedule)
	if err != nil || text == "" {
		return nil, err
	}
	m := &Memory{}
	if err := json.Unmarshal([]byte(text), m); err != nil {
		return nil, fmt.Errorf("the database keeps a text for the schedule %s that cannot be read: %w", schedule, err)
	}
	return m, nil
}

// Adopt lets the waiting runs of a schedule begin with a source, if they were made with one that
// this server does not have. It returns the ids of those that have begun with such a source, and go
// on in a server that has it.
func (s *Server) Adopt(ctx context.Context, schedule, source string) (stranded []string, err error) {
	return s.executor.AdoptTicks(ctx, schedule, schedule, version(source), ticksQueue, serialQueue)
}

// Superseded returns the id of a later run that waits behind this one, or "" if there is none.
func (s *Server) Superseded(ctx context.Context, l *Life) (string, error) {
	return s.executor.LaterTick(ctx, l.Plan.Script, serialQueue, l.run.WorkflowID())
}

// Fresh returns true if no call of the run is recorded yet.
func (l *Life) Fresh() (bool, error) {
	recorded, err := l.run.Recorded()
	return len(recorded) == 0, err
}

// ID returns the id of the run.
func (l *Life) ID() string { return l.run.WorkflowID() }
