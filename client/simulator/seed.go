package simulator

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A Row is a workflow to insert with exactly these values, and its steps and events. A field that
// is zero becomes NULL or the default of its column, with three exceptions: an empty ID becomes a
// random one, CreatedAt becomes now, and UpdatedAt becomes CreatedAt. Input, output and error are
// encoded in the row's serialization, DBOS_JSON by default; a codec.Encoded is stored unchanged.
type Row struct {
	client.WorkflowStatus
	RateLimited bool
	Steps       []client.StepInfo
	Events      []Event
}

// An Event is a value that a workflow published under a key in the step with the number StepID.
type Event struct {
	StepID int
	Key    string
	Value  any
}

// seedChunk is the number of workflows that Seed inserts in one transaction.
const seedChunk = 5000

// Seed inserts workflows in transactions of seedChunk, because a hundred thousand then take only a
// few seconds. It keeps the rows of one transaction in memory. It leaves out columns and tables
// that the database does not have.
func (d *Database) Seed(ctx context.Context, rows iter.Seq[Row]) error {
	chunk := make([]Row, 0, seedChunk)
	for row := range rows {
		if chunk = append(chunk, row); len(chunk) == seedChunk {
			if err := d.seed(ctx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return d.seed(ctx, chunk)
}

// seed inserts workflows in one transaction.
func (d *Database) seed(ctx context.Context, rows []Row) error {
	insertions, err := d.insertions(rows)
	if err != nil {
		return err
	}
	return d.DB().Run(ctx, func(b *db.Batch) {
		for _, insertion := range insertions {
			if text, args := insertion.insert(d); text != "" {
				b.Exec(text, args, nil)
			}
		}
	})
}

// insertions returns the rows to insert, an insertion for each table. Workflows come first because
// the rows of all other tables refer to them.
func (d *Database) insertions(rows []Row) ([]*insertion, error) {
	s := seedInsertions{
		workflows: newInsertion("workflow_status"), inputs: newInsertion("workflow_input"), outputs: newInsertion("workflow_output"),
		steps: newInsertion("operation_outputs"), history: newInsertion("workflow_events_history"), events: newInsertion("workflow_events"),
	}
	for _, row := range rows {
		row.fill()
		if err := s.add(&row); err != nil {
			return nil, fmt.Errorf("seed workflow %q: %w", row.ID, err)
		}
	}
	return []*insertion{s.workflows, s.inputs, s.outputs, s.steps, s.history, s.events}, nil
}

// seedInsertions holds the rows of each table. Newer databases keep inputs and outputs in tables of
// their own, so a value is added both there and to workflows; Seed leaves out the tables that are
// missing.
type seedInsertions struct{ workflows, inputs, outputs, steps, history, events *insertion }

// add adds the rows of one workflow.
func (s seedInsertions) add(r *Row) error {
	w := s.workflows.row()
	if err := r.columns(w); err != nil {
		return err
	}
	input, output, failure, err := r.payloads()
	if err != nil {
		return err
	}
	w.put("inputs", input)
	w.put("output", output)
	w.put("error", failure)
	i := s.inputs.row()
	i.put("workflow_uuid", r.ID)
	i.put("inputs", input)
	if output != nil || failure != nil {
		o := s.outputs.row()
		o.put("workflow_uuid", r.ID)
		o.put("output", output)
		o.put("error", failure)
	}
	for _, step := range r.Steps {
		if err := r.step(s.steps.row(), step); err != nil {
			return err
		}
	}
	return r.publish(s.history, s.events)
}

// fill sets the defaults of fields that are zero.
func (r *Row) fill() {
	if r.ID == "" {
		r.ID = uuid.NewString()
	}
	if r.CreatedAt.IsZero() {
		r.CreatedAt = time.Now()
	}
	if r.UpdatedAt.IsZero() {
		r.UpdatedAt = r.CreatedAt
	}
	if _, portable := r.Input.(codec.PortableWorkflowArgs); portable && r.Serialization == "" {
		r.Serialization = codec.PortableJSON
	}
	if r.Serialization == "" {
		r.Serialization = codec.DBOSJSON
	}
}
