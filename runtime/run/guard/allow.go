package guard

import (
	"context"
	"fmt"

	"github.com/dbos-script/dbos-script/client"
)

// A DeniedError is returned if a run may not make a change. It ends the run.
type DeniedError struct {
	message, hint string
}

// Error returns the refusal and its reason.
func (e *DeniedError) Error() string { return e.message }

// ErrorCode returns "Denied".
func (e *DeniedError) ErrorCode() string { return "Denied" }

// ErrorHint names the flag that allows the change.
func (e *DeniedError) ErrorHint() string { return e.hint }

// allowed holds a change, and those of the further batches of its call, against the limit, and asks
// where the run gets large.
func (g *Guard) allowed(ctx context.Context, database string, change *client.Change, count int64) error {
	count += change.Ahead
	q := Question{Operation: Operation(change.Op), Count: count, Before: g.total, Above: g.config.ConfirmAbove, Of: change.Of, Database: database}
	if change.Rows != nil && change.Of != client.Workflows {
		q.Of = client.Rows
	}
	after := g.total + count
	if limit := g.config.MaxChanges; limit >= 0 && g.runTotal+count > limit {
		return &DeniedError{
			message: fmt.Sprintf("%s: not done, because the run may change only %s (--max-changes)", q.Text(), counted(limit, client.Workflows)),
			hint:    "nothing of this call was done; --dry-run shows how many a run would change",
		}
	}
	q.Final = change.Final
	asks := after > g.config.ConfirmAbove || q.Final && g.config.Ask != nil
	if g.confirmed || !asks {
		return nil
	}
	return g.confirm(ctx, q)
}

func (g *Guard) confirm(ctx context.Context, q Question) error {
	if g.config.Ask == nil {
		return &DeniedError{
			message: fmt.Sprintf("%s: not done, because more than %s need --yes if nobody can be asked", q.Text(), counted(q.Above, client.Workflows)),
			hint:    "--dry-run shows what a run would change; --confirm-above N sets another number",
		}
	}
	yes, err := g.config.Ask(ctx, q)
	if err != nil {
		return err
	}
	if !yes {
		return &DeniedError{message: q.Text() + ": not done, because the answer was no"}
	}
	g.confirmed = true
	return nil
}

// Text describes the change: "resume_workflows of 200 workflows, after 75 changed before".
func (q Question) Text() string {
	text := fmt.Sprintf("%s of %s", q.Operation, counted(q.Count, q.Of))
	if q.Final {
		text += " for good"
	}
	if q.Before > 0 {
		text += fmt.Sprintf(", after %d changed before", q.Before)
	}
	return text
}

func counted(n int64, of client.Subject) string {
	return plural(n, string(of))
}
