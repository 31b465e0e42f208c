package worker

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	selectState = `SELECT status FROM {workflow_status} WHERE workflow_uuid = :id`

	selectStep = `
SELECT function_name, output, error, child_workflow_id, serialization, started_at_epoch_ms, completed_at_epoch_ms FROM {operation_outputs}
WHERE workflow_uuid = :id AND function_id = :step`

	// selectOtherOwner finds the workflow if another run owns it, and keeps that from changing
	// until the step is recorded. The inner query locks the row whoever owns it; without its limit,
	// Postgres would apply the outer condition before it locks.
	selectOtherOwner = `
SELECT 1 FROM (SELECT owner_xid FROM {workflow_status} WHERE workflow_uuid = :id LIMIT 1 {hold}) AS held WHERE COALESCE(held.owner_xid, '') <> :token`

	// recordStep adds no row when the workflow was deleted meanwhile.
	recordStep = `
INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, error, child_workflow_id,
	started_at_epoch_ms, completed_at_epoch_ms, serialization{if operation_outputs.application_name|, application_name})
SELECT ws.workflow_uuid, CAST(:step AS INTEGER), CAST(:name AS TEXT), CAST(:output AS TEXT), CAST(:error AS TEXT), CAST(:child AS TEXT),
	CAST(:began AS BIGINT), CAST(:ended AS BIGINT), CAST(:codec AS TEXT){if operation_outputs.application_name|, CAST(:application AS TEXT)}
FROM {workflow_status} AS ws WHERE ws.workflow_uuid = :id`

	// recordSteps is recordStep for several steps.
	recordSteps = `
INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, error,
	started_at_epoch_ms, completed_at_epoch_ms, serialization{if operation_outputs.application_name|, application_name})
SELECT ws.workflow_uuid, s.step, s.name, s.output, s.error, s.began, s.ended, s.codec{if operation_outputs.application_name|, CAST(:application AS TEXT)}
FROM {workflow_status} AS ws,
	{rows s step:INTEGER=:steps name:TEXT=:names output:TEXT=:outputs error:TEXT=:errors began:BIGINT=:began ended:BIGINT=:ended codec:TEXT=:codecs}
WHERE ws.workflow_uuid = :id`
)

// errFenced is the error of the guard of a step.
var errFenced = errors.New("another run owns the workflow")

// A step is a numbered step of a run, recorded or about to be.
type step struct {
	number int
	name   string
	began  int64
	ended  int64 // time of recording, if not set here

	record
}

// A record is the row of a step.
type record struct {
	recorded             bool
	recordedName         db.Text
	output, error, child db.Text
	codec                db.Text
	recordedAt           [2]db.Int // when the step began and ended, in Unix milliseconds
}

// columns are the places of the columns of selectStep.
func (r *record) columns() []any {
	return []any{&r.recordedName, &r.output, &r.error, &r.child, &r.codec, &r.recordedAt[0], &r.recordedAt[1]}
}

func scanRecord(row db.Row) (record, error) {
	r := record{recorded: true}
	err := row.Scan(r.columns()...)
	return r, err
}

// take returns the next step number.
func (r *Run) take() int {
	r.number++
	return r.number - 1
}

// begin stands at the boundary before a step, then looks whether the workflow may go on and
// whether the step was taken before.
func (r *Run) begin(name string) (*step, error) {
	s := &step{number: r.take(), name: name}
	if err := r.boundary(wait{}); err != nil {
		return nil, err
	}
	s.began = r.worker.now()
	return s, r.readRecord(s)
}

// readRecord reads the record of a step. A record of another name means that the function is not
// the one that ran before.
func (r *Run) readRecord(s *step) error {
	if r.records != nil {
		s.record = r.records[s.number]
		return s.expected(r.id)
	}
	return r.readStored(s)
}

// readStored is readRecord, from the table.
func (r *Run) readStored(s *step) error {
	var status db.Text
	err := r.worker.db.Read(r.ctx, func(b *db.Batch) {
		args := query.Args{"id": r.id, "step": int64(s.number)}
		db.Scalar(b, &status, selectState, args)
		db.One(b, &s.record, selectStep, args, scanRecord)
	})
	switch {
	case err != nil:
		return r.interrupted(err)
	case !status.Valid:
		return r.end(r.gone())
	case status.String == "CANCELLED":
		return r.end(errCancelled(r.id))
	}
	return s.expected(r.id)
}

// expected returns ErrUnexpectedStep if the step is recorded under another name.
func (s *step) expected(id string) error {
	if s.recorded && s.recordedName.String != s.name {
		return ErrUnexpectedStep.Because("step %d of workflow %q is %q, but %q is recorded", s.number, id, s.name, s.recordedName.String)
	}
	return nil
}

// end notes that the run is over, whatever its function returns.
func (e *execution) end(err error) error {
	e.over = err
	return err
}

// interrupted notes that the database failed: the run cannot know where it stands.
func (e *execution) interrupted(err error) error {
	e.broken = err
	return e.end(err)
}

// replay returns the recorded result.
func (s *step) replay() (any, error) {
	if failed := codec.DecodeError(s.error.String, s.codec.String, !s.error.Valid); failed != nil {
		return nil, replayed(failed)
	}
	return codec.Encoded{Text: s.output.String, Codec: s.codec.String, Null: !s.output.Valid}.Decode(), nil
}

// record writes the step together with its other writes, in one transaction. Without an output,
// the column is NULL.
func (r *Run) record(s *step, do func(b *db.Batch)) error {
	if s.ended == 0 {
		s.ended = r.worker.now()
	}
	group := r.worker.steps
	if group == nil || do != nil {
		return r.insert(s, r.recordArgs(s), do)
	}
	m := &member{id: r.id, token: r.token, steps: append(slices.Clone(r.later), s)}
	err := group.write(r.ctx, r.worker, m, func() error { return r.insert(s, r.recordArgs(s), nil) })
	if err == nil {
		r.later = nil
	}
	return err
}

// recordArgs returns the arguments of recordStep.
func (r *Run) recordArgs(s *step) query.Args {
	return query.Args{
		"id": r.id, "step": int64(s.number), "name": s.name, "output": text(s.output), "error": text(s.error), "child": text(s.child),
		"began": s.began, "ended": s.ended, "codec": text(s.codec), "application": optional(r.worker.config.ApplicationName),
	}
}

func (r *Run) insert(s *step, args query.Args, do func(b *db.Batch)) error {
	var inserted int64
	err := r.worker.db.Run(r.ctx, func(b *db.Batch) {
		if r.worker.tables.Has("workflow_status", "creator_xid") {
			b.Guard(selectOtherOwner, query.Args{"id": r.id, "token": r.token}, errFenced)
		}
		if do != nil {
			do(b)
		} else {
			b.Keyed()
		}
		r.addLater(b)
		b.Exec(recordStep, args, &inserted)
	})
	switch {
	case errors.Is(err, errFenced):
		return r.end(r.fenced(s))
	case errors.Is(err, db.ErrUnique):
		return r.conflict(s, err)
	case errors.Is(err, db.ErrForeignKey), errors.Is(err, ErrStreamClosed):
		return err
	case err != nil && r.ctx.Err() == nil && !passing(err):
		return fmt.Errorf("step %d of workflow %q cannot be recorded: %w", s.number, r.id, err)
	case err != nil:
		return r.interrupted(err)
	case inserted == 0:
		return r.end(r.gone())
	}
	r.later = nil
	return nil
}

// addLater adds the steps that are recorded with the next one.
func (r *Run) addLater(b *db.Batch) {
	if len(r.later) > 0 {
		b.Exec(recordSteps, r.laterArgs(), nil)
	}
}

// laterArgs returns the arguments of recordSteps. Steps that are recorded later have no child.
func (r *Run) laterArgs() query.Args {
	n := len(r.later)
	numbers, names, outputs, errs := make([]int64, n), make([]string, n), make([]*string, n), make([]*string, n)
	began, ended, codecs := make([]int64, n), make([]int64, n), make([]*string, n)
	for i, s := range r.later {
		numbers[i], names[i], outputs[i], errs[i] = int64(s.number), s.name, text(s.output), text(s.error)
		began[i], ended[i], codecs[i] = s.began, s.ended, text(s.codec)
	}
	return query.Args{
		"id": r.id, "steps": numbers, "names": names, "outputs": outputs, "errors": errs,
		"began": began, "ended": ended, "codecs": codecs, "application": optional(r.worker.config.ApplicationName),
	}
}

// fenced returns the error of a step of a run that has lost its row.
func (r *Run) fenced(s *step) error {
	return ErrConflictingID.Because("workflow %q was taken from this run before step %d", r.id, s.number)
}

// gone returns the error of a run whose row was deleted.
func (r *Run) gone() error {
	return ErrNonExistentWorkflow.Because("workflow %q does not exist any more", r.id)
}

// passing reports whether the database may accept later what it has refused now.
func passing(err error) bool {
	return errors.Is(err, db.ErrConnection) || errors.Is(err, db.ErrConflict) || errors.Is(err, db.ErrStale)
}

// conflict returns the error for a violated key. If another executor has recorded the step, this
// run ends; otherwise the step's own rows met the key.
func (r *Run) conflict(s *step, cause error) error {
	r.records = nil
	if err := r.readRecord(s); err != nil {
		return err
	}
	taken := ErrConflictingID.Because("step %d of workflow %q was recorded by another run", s.number, r.id)
	switch {
	case s.recorded && r.queued: // the run owns the workflow, so it was this run, and the answer was lost: replay it
		return r.interrupted(taken)
	case s.recorded:
		return r.end(taken)
	}
	return fmt.Errorf("step %d of workflow %q: %w", s.number, r.id, cause)
}

// encode puts a result into the step.
func (r *Run) encode(s *step, value any) error {
	encoded, err := codec.Encode(r.codec(), value)
	s.output, s.codec = db.Text{String: encoded, Valid: true}, db.Text{String: r.codec(), Valid: true}
	return err
}

// encodeError puts an error into the step.
func (r *Run) encodeError(s *step, failed error) error {
	encoded, err := codec.EncodeError(r.codec(), StoredError(failed))
	s.error, s.codec = db.Text{String: encoded, Valid: true}, db.Text{String: r.codec(), Valid: true}
	return err
}

// text is a column as an argument.
func text(t db.Text) *string {
	if !t.Valid {
		return nil
	}
	return &t.String
}
