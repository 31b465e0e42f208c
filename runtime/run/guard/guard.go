package guard

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// Config sets the limits of a run.
type Config struct {
	// MaxChanges is how many workflows the run may change; negative is no limit. A schedule, or a
	// version, counts as one, and so does an id that turns out to need no change.
	MaxChanges int64
	// ConfirmAbove is how many it may change before somebody is asked. Where somebody can be
	// asked, a change that cannot be undone is asked about however few they are. Yes is the
	// answer beforehand.
	ConfirmAbove int64
	Yes          bool
	// Ask asks the person at the terminal. Nil where there is nobody: then more needs Yes.
	Ask func(context.Context, Question) (bool, error)
	// DryRun collects a plan. Nothing is counted, asked or logged.
	DryRun bool
	// Planned is called with each change of a dry run that would succeed. Its error ends the run.
	// other is true if the change is not of the run's own database. It may be nil.
	Planned func(change *client.Change, other bool) error
	// Log is where changes are written before and after they are sent; nil writes none.
	Log *audit.Log
	// Waiting is called if the run ends during a change, with the reason. It may be nil.
	Waiting func(operation string, cause error)
	// Abort ends the run, so that a script cannot go on over a refusal.
	Abort func(error)
}

// A Question asks the user if a run may go on.
type Question struct {
	Operation string // resume_workflows
	Count     int64  // how many this call is about
	Before    int64  // how many the run has changed before
	Above     int64  // the number above which it asks
	Of        client.Subject
	Database  string
	Final     bool // it cannot be undone
}

// A Guard is the policy of one run. It is safe for concurrent use.
type Guard struct {
	config Config

	mutex     sync.Mutex
	total     int64 // counted since Begin
	runTotal  int64 // counted so far
	confirmed bool
	plan      plan
	summary   summary
	tallies   tallies
	stopped   Stopped
	undoable  bool
	watching  <-chan struct{} // the end of the run that wait waits for
	underWay  atomic.Pointer[underWay]
	applying  atomic.Bool
}

// underWay is a change under way.
type underWay struct {
	operation string
	end       <-chan struct{} // of its run
}

// New makes the guard of a run.
func New(config Config) *Guard { return &Guard{config: config, confirmed: config.Yes} }

// Begin starts a new input at a prompt: the count for the question starts anew, and a
// confirmation is void. MaxChanges goes on counting, because it limits the session.
func (g *Guard) Begin() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.total, g.confirmed, g.tallies = 0, g.config.Yes, tallies{}
}

// Gate returns the gate that a client of a database asks before every change. database is its
// name in the record, and other is true if it is not the run's own database.
func (g *Guard) Gate(database string, other bool) client.Gate {
	return func(ctx context.Context, change *client.Change, apply func() error) error {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		if g.config.DryRun {
			return g.dry(change, other, apply)
		}
		return g.carry(ctx, database, change, apply)
	}
}

// dry adds a change of a dry run to its plan.
func (g *Guard) dry(change *client.Change, other bool, apply func() error) error {
	err := apply()
	if err == nil && change.Rows != nil && *change.Rows == 0 {
		return nil
	}
	g.plan.add(change, err)
	if err != nil || g.config.Planned == nil {
		return err
	}
	if err = g.config.Planned(change, other); err != nil {
		g.config.Abort(err)
	}
	return err
}

func (g *Guard) carry(ctx context.Context, database string, change *client.Change, apply func() error) error {
	record := audit.Change{
		Database: database, At: at(ctx), Operation: Operation(change.Op), Subject: string(change.Of), IDs: change.IDs, From: change.From,
		Name: change.Name, Queue: change.Queue, To: change.To,
	}
	count := size(change)
	if len(change.IDs) == 0 {
		record.Count = int(count)
	}
	if count == 0 {
		return g.nothing(record.Operation, change, apply)
	}
	if err := g.allowed(ctx, database, change, count); err != nil {
		return g.refuse(record, count, err)
	}
	change.Keep = g.config.Log != nil && audit.Inverse(record.Operation) != ""
	entry, err := g.begin(record)
	if err != nil {
		return g.refuse(record, count, err)
	}
	g.total, g.runTotal = g.total+count, g.runTotal+count
	m := made{record.Operation, change, count, entry}
	if err := g.watched(ctx, record.Operation, apply); err != nil {
		return g.settle(m, err)
	}
	if client.AfterCommit(ctx, func(err error) { g.settleLater(m, err) }) {
		return nil
	}
	return g.settle(m, nil)
}

// Foresee asks for all changes of a run before the first one, and ends the run if they may not be
// made. The change of each is counted and recorded as it comes.
func (g *Guard) Foresee(ctx context.Context, database string, change *client.Change) error {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	count := size(change)
	if err := g.allowed(ctx, database, change, count); err != nil {
		return g.refuse(audit.Change{Database: database, Operation: Operation(change.Op), Subject: string(change.Of), Count: int(count)}, count, err)
	}
	g.confirmed = true
	return nil
}

// made is a change that was sent.
type made struct {
	operation string
	change    *client.Change
	count     int64
	entry     entry
}

// settleLater settles a change whose transaction has ended after its gate. One that was undone does
// not count, because the call is made again.
func (g *Guard) settleLater(m made, err error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if err != nil && !client.MayHaveTakenEffect(err) {
		g.total, g.runTotal = g.total-m.count, g.runTotal-m.count
	}
	_ = g.settle(m, err) // an audit log that cannot be written ends the run
}

// settle notes the outcome of a change, and returns err, or why it cannot be recorded.
func (g *Guard) settle(m made, err error) error {
	change := m.change
	if err == nil {
		g.tallies.add(m.operation, change)
		g.stopped.add(m.operation, change)
		g.undoable = g.undoable || change.Keep && change.Changed > 0 && (change.Former == nil || len(change.Former) > 0)
	} else if change.Rows == nil { // a change of rows may stop between two transactions
		change.Changed = 0
	}
	outcome := outcomeOf(change, err)
	g.summary.add(m.operation, outcome, m.count, change.Changed)
	if failed := m.entry.end(outcome, change, err); failed != nil {
		g.config.Abort(failed)
		return errors.Join(err, failed)
	}
	return err
}

// Counted returns how many workflows the run has changed, as --max-changes counts them.
func (g *Guard) Counted() int64 {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.runTotal
}

// Count adds changes that an earlier process of the run has made.
func (g *Guard) Count(changes int64) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.total, g.runTotal = g.total+changes, g.runTotal+changes
}

// nothing is a call that was found to have nothing to change. It needs no permission, and no
// record.
func (g *Guard) nothing(operation string, change *client.Change, apply func() error) error {
	err := apply()
	if err == nil {
		g.tallies.add(operation, change)
	}
	return err
}

// Undoable returns true if an undo of the run may change something back.
func (g *Guard) Undoable() bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return g.undoable
}

// Applying reports whether a change is under way.
func (g *Guard) Applying() bool { return g.applying.Load() }

// watched says that a change under way is waited for, when the run is ended.
func (g *Guard) watched(ctx context.Context, operation string, apply func() error) error {
	g.applying.Store(true)
	defer g.applying.Store(false)
	if g.config.Waiting == nil {
		return apply()
	}
	if g.watching == nil || g.watching != ctx.Done() { // all changes of a run have one end
		g.watching = ctx.Done()
		context.AfterFunc(ctx, func() { g.wait(ctx) })
	}
	g.underWay.Store(&underWay{operation, ctx.Done()})
	defer g.underWay.Store(nil)
	if ctx.Err() != nil {
		g.wait(ctx) // the end came before there was anything to wait for
	}
	return apply()
}

// wait reports the current change if it belongs to the run that has ended. The next run may have
// begun.
func (g *Guard) wait(ctx context.Context) {
	change := g.underWay.Load()
	if change != nil && change.end == ctx.Done() && g.underWay.CompareAndSwap(change, nil) {
		g.config.Waiting(change.operation, context.Cause(ctx))
	}
}

// refuse ends the run before the change.
func (g *Guard) refuse(record audit.Change, count int64, why error) error {
	g.summary.add(record.Operation, audit.Denied, count, 0)
	var unwritable *audit.UnwritableError
	if g.config.Log != nil && !errors.As(why, &unwritable) {
		g.config.Log.Deny(record, why)
	}
	g.config.Abort(why)
	return why
}

// entry is the record of a change under way, if one is kept.
type entry struct{ *audit.Entry }

func (g *Guard) begin(record audit.Change) (entry, error) {
	if g.config.Log == nil {
		return entry{}, nil
	}
	begun, err := g.config.Log.Begin(record)
	return entry{begun}, err
}

func (e entry) end(outcome string, change *client.Change, failure error) error {
	if e.Entry == nil {
		return nil
	}
	e.Keep(former(change))
	return e.End(outcome, change.IDs, change.Changed, inOwnWords(change.Op, failure))
}

// inOwnWords returns an error that begins with the name of an operation as the record and scripts
// have it, "delete_schedule: …" for "delete schedule: …".
func inOwnWords(op string, failure error) error {
	if failure == nil {
		return nil
	}
	if reason, found := strings.CutPrefix(failure.Error(), op+": "); found {
		return errors.New(Operation(op) + ": " + reason)
	}
	return failure
}

func outcomeOf(change *client.Change, err error) string {
	switch {
	case err == nil:
		return audit.Done
	case client.MayHaveTakenEffect(err):
		return audit.Unknown
	case change.Changed > 0:
		return audit.Partly
	}
	return audit.Failed
}

// Operation is the name scripts call an operation by.
func Operation(op string) string { return strings.ReplaceAll(op, " ", "_") }

// at is the line of the script that makes the call.
func at(ctx context.Context) string {
	position, known := declare.Caller(ctx)
	if !known || position.Line == 0 {
		return ""
	}
	return position.String()
}

// size returns how many things a change is about.
func size(change *client.Change) int64 {
	if change.Rows != nil {
		return *change.Rows
	}
	return distinct(change.IDs)
}

func distinct(ids []string) int64 {
	if len(ids) < 2 {
		return int64(len(ids))
	}
	seen := make(map[string]struct{}, len(ids))
	for _, id := range ids {
		seen[id] = struct{}{}
	}
	return int64(len(seen))
}
