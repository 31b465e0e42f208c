package guard_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/guard"
)

// A fence is a guard with what it did.
type fence struct {
	*guard.Guard
	aborted error
	asked   []guard.Question
	sent    int
}

func fenced(change func(*guard.Config)) *fence {
	f := &fence{}
	config := guard.Config{MaxChanges: -1, ConfirmAbove: 1000, Abort: func(err error) { f.aborted = err }}
	change(&config)
	f.Guard = guard.New(config)
	return f
}

// answering asks, and is always given the same answer.
func (f *fence) answering(yes bool, failure error) func(context.Context, guard.Question) (bool, error) {
	return func(_ context.Context, q guard.Question) (bool, error) {
		f.asked = append(f.asked, q)
		return yes, failure
	}
}

// cancel passes a cancellation of workflows through the gate; the change itself gives failure.
func (f *fence) cancel(failure error, ids ...string) error {
	change := &client.Change{Op: "cancel workflows", Of: client.Workflows, IDs: ids}
	return f.Gate("db", false)(context.Background(), change, func() error {
		f.sent++
		change.Changed = int64(len(ids))
		return failure
	})
}

func TestTheLimitHoldsBeforeTheCall(t *testing.T) {
	t.Parallel()
	f := fenced(func(c *guard.Config) { c.MaxChanges = 3 })
	if err := f.cancel(nil, "a", "b", "b"); err != nil {
		t.Fatal(err)
	}
	err := f.cancel(nil, "c", "d")
	var denied *guard.DeniedError
	if !errors.As(err, &denied) || denied.ErrorCode() != "Denied" || denied.ErrorHint() == "" || f.sent != 1 || f.aborted != err {
		t.Errorf("%v, sent %d, aborted with %v", err, f.sent, f.aborted)
	}
	want := []guard.SummaryLine{
		{Operation: "cancel_workflows", Outcome: audit.Done, Calls: 1, Count: 2, Changed: 3},
		{Operation: "cancel_workflows", Outcome: audit.Denied, Calls: 1, Count: 2},
	}
	if got := f.Summary(); len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("summary %+v", got)
	}
}

func TestOneAnswerHoldsUntilTheNextBegin(t *testing.T) {
	t.Parallel()
	f := &fence{}
	*f = *fenced(func(c *guard.Config) {
		c.ConfirmAbove, c.Ask = 1, func(ctx context.Context, q guard.Question) (bool, error) { return f.answering(true, nil)(ctx, q) }
	})
	for _, ids := range [][]string{{"a"}, {"b"}, {"c", "d"}} {
		if err := f.cancel(nil, ids...); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.asked) != 1 || f.asked[0].Count != 1 || f.asked[0].Before != 1 || f.asked[0].Above != 1 {
		t.Errorf("asked %+v", f.asked)
	}
	f.Begin()
	if err := f.cancel(nil, "a"); err != nil || len(f.asked) != 1 {
		t.Errorf("%v, asked %+v", err, f.asked)
	}
	if err := f.cancel(nil, "b"); err != nil || len(f.asked) != 2 {
		t.Errorf("%v, asked %+v", err, f.asked)
	}
}

func TestMaxChangesBoundsAllInputsOfASession(t *testing.T) {
	t.Parallel()
	f := fenced(func(c *guard.Config) { c.MaxChanges = 3 })
	if err := f.cancel(nil, "a", "b"); err != nil {
		t.Fatal(err)
	}
	f.Begin()
	if err := f.cancel(nil, "c", "d"); err == nil || f.sent != 1 {
		t.Errorf("a second input changed more than the session may: %v, %d sent", err, f.sent)
	}
}

func TestANoAndNobodyEndTheRun(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(context.Context, guard.Question) (bool, error){
		"no":        (&fence{}).answering(false, nil),
		"nobody":    nil,
		"interrupt": (&fence{}).answering(false, context.Canceled),
	} {
		f := fenced(func(c *guard.Config) { c.ConfirmAbove, c.Ask = 0, ask })
		if err := f.cancel(nil, "a"); err == nil || f.aborted != err || f.sent != 0 {
			t.Errorf("%s: %v, aborted with %v", name, err, f.aborted)
		}
	}
	f := fenced(func(c *guard.Config) { c.ConfirmAbove, c.Yes = 0, true })
	if err := f.cancel(nil, "a"); err != nil || f.sent != 1 {
		t.Errorf("yes beforehand: %v", err)
	}
}

func TestAFailureIsWrittenAndGoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	f := fenced(func(c *guard.Config) {
		c.Log = audit.New(func() (string, error) { return path, nil }, func() audit.Run { return audit.Run{ID: "r"} }, time.Now, audit.Mask)
	})
	refused := errors.New("refused")
	if err := f.cancel(refused, "a"); err != refused || f.aborted != nil {
		t.Errorf("%v, aborted with %v", err, f.aborted)
	}
	if err := f.cancel(nil, "b"); err != nil {
		t.Error(err)
	}
	changes, err := audit.Changes(path, "r")
	if err != nil || len(changes) != 2 || changes[0].Outcome != audit.Failed || *changes[0].Changed != 0 || changes[1].Outcome != audit.Done {
		t.Errorf("%+v, %v", changes, err)
	}
}

// Whatever is under way when a run ends is told once, and so is what begins at that moment; what
// is over is not.
func TestAChangeUnderWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	told := make(chan string, 10)
	f := fenced(func(c *guard.Config) {
		c.Waiting = func(operation string, cause error) { told <- operation + ": " + cause.Error() }
	})
	for _, run := range []string{"first", "second"} {
		ctx, end := context.WithCancelCause(t.Context())
		during := func(op string, apply func()) {
			t.Helper()
			change := &client.Change{Op: op, Of: client.Workflows, IDs: []string{"a"}}
			if err := f.Gate("db", false)(ctx, change, func() error { apply(); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		during("cancel workflows", func() {})
		during("resume workflows", func() {
			end(errors.New(run))
			if got := <-told; got != "resume_workflows: "+run {
				t.Errorf("told %q", got)
			}
		})
		during("delete workflows", func() {
			if got := <-told; got != "delete_workflows: "+run {
				t.Errorf("told %q", got)
			}
		})
		if len(told) > 0 {
			t.Errorf("told %q too", <-told)
		}
	}
}
