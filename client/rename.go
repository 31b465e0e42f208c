package client

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// RenameApplicationInput says which rows get which owner.
type RenameApplicationInput struct {
	OldName        string `json:"old_name" doc:"The application whose rows move." nonempty:"true"`
	NewName        string `json:"new_name" doc:"The application that owns them afterwards." required:"true" nonempty:"true"`
	AdoptUnclaimed bool   `json:"adopt_unclaimed" doc:"Moves rows without an owner too."`
	BatchSize      int    `json:"batch_size" doc:"How many ended workflows move at a time; 10,000 when not given." min:"1" max:"1000000"`
}

// ApplicationRowCounts are the numbers of rows that a rename moved.
type ApplicationRowCounts struct {
	Queues    int64 `json:"queues" doc:"How many queues moved."`
	Schedules int64 `json:"schedules" doc:"How many schedules moved."`
	Versions  int64 `json:"versions" doc:"How many versions moved."`
	Workflows int64 `json:"workflows" doc:"How many workflows moved."`
	Steps     int64 `json:"steps" doc:"How many steps moved."`
}

// total returns the number of all rows.
func (n ApplicationRowCounts) total() int64 {
	return n.Queues + n.Schedules + n.Versions + n.Workflows + n.Steps
}

// add adds the numbers of a batch.
func (n *ApplicationRowCounts) add(more ApplicationRowCounts) {
	n.Queues += more.Queues
	n.Schedules += more.Schedules
	n.Versions += more.Versions
	n.Workflows += more.Workflows
	n.Steps += more.Steps
}

const (
	renaming = "rename application"
	// defaultRename is the number of rows that one transaction moves if the call does not say it.
	defaultRename = 10_000
)

// moves is true for the rows of a rename.
const moves = `(application_name = CAST(:old AS TEXT) OR CAST(:adopt AS BOOLEAN) AND application_name IS NULL)`

const (
	renameQueues    = `UPDATE {queues} SET application_name = :new WHERE ` + moves
	renameSchedules = `UPDATE {workflow_schedules} SET application_name = :new WHERE ` + moves
	renameVersions  = `UPDATE {application_versions} SET application_name = :new WHERE ` + moves

	// renameUnfinished moves together with the versions, because an application takes only
	// workflows of its versions.
	renameUnfinished = `
UPDATE {workflow_status} SET application_name = :new WHERE ` + moves + ` AND (status IN ('ENQUEUED', 'PENDING') OR status = 'DELAYED')`

	renameWorkflows = `UPDATE {workflow_status} SET application_name = :new WHERE {in workflow_uuid :ids} AND ` + moves
	renameSteps     = `UPDATE {operation_outputs} SET application_name = :new WHERE {in workflow_uuid :ids} AND ` + moves

	// The ids of the next batch, in the order of the primary key, so that no row is read twice.
	selectToRename = `
SELECT workflow_uuid FROM {workflow_status} WHERE ` + moves + ` AND workflow_uuid > :after ORDER BY workflow_uuid LIMIT :limit`
	selectStepsToRename = `
SELECT DISTINCT workflow_uuid FROM {operation_outputs} WHERE ` + moves + ` AND workflow_uuid > :after ORDER BY workflow_uuid LIMIT :limit`
)

func (input RenameApplicationInput) check(op string) error {
	switch {
	case input.NewName == "":
		return invalid(op, "the application has no new name")
	case input.OldName == "" && !input.AdoptUnclaimed:
		return invalid(op, "nothing is to move: old_name or adopt_unclaimed is needed")
	case input.OldName == input.NewName:
		return invalid(op, "the application has the name %q already", input.NewName)
	case input.BatchSize < 0:
		return invalid(op, "the batch size %d is negative", input.BatchSize)
	}
	return nil
}

// A rename is one call of RenameApplication.
type rename struct {
	client *systemClient
	input  RenameApplicationInput
	counts ApplicationRowCounts
	args   query.Args
	gated  bool // the gate was asked about the number of rows
}

// countFirst sets the number of rows that the gate is asked about. If there is none, nothing
// changes, and the write finds out why.
func (r *rename) countFirst(s *write) error {
	var before ApplicationRowCounts
	if err := r.client.read(renaming, func(b *db.Batch) { r.count(b, &before) }); err != nil {
		return err
	}
	total := before.total()
	s.Rows, r.gated, r.args["counted"] = &total, true, total
	return nil
}

// ownedTables are the tables whose rows have an owner.
func (n *ApplicationRowCounts) ownedTables() map[string]*int64 {
	return map[string]*int64{"queues": &n.Queues, "workflow_schedules": &n.Schedules, "application_versions": &n.Versions,
		"workflow_status": &n.Workflows, "operation_outputs": &n.Steps}
}

func (r *rename) count(b *db.Batch, into *ApplicationRowCounts) {
	b.Bitmaps()
	for table, count := range into.ownedTables() {
		b.Query("SELECT COUNT(*) FROM {"+table+"} WHERE "+moves, r.args, func(row db.Row) error { return row.Scan(count) })
	}
}

// selectMoreToRename returns a row if more rows would move than the gate was asked about.
func selectMoreToRename() string {
	var counts []string
	for _, table := range slices.Sorted(maps.Keys((&ApplicationRowCounts{}).ownedTables())) {
		counts = append(counts, "(SELECT COUNT(*) FROM {"+table+"} WHERE "+moves+")")
	}
	return "SELECT 1 WHERE " + strings.Join(counts, " + ") + " > CAST(:counted AS BIGINT)"
}

func (c *systemClient) RenameApplication(input RenameApplicationInput) (ApplicationRowCounts, error) {
	const op = renaming
	if err := input.check(op); err != nil {
		return ApplicationRowCounts{}, err
	}
	if missing := c.renameNeeds(); missing != "" {
		return ApplicationRowCounts{}, unsupported(op, missing, "")
	}
	r := &rename{client: c, input: input, args: query.Args{"old": optional(input.OldName), "new": input.NewName, "adopt": input.AdoptUnclaimed,
		"after": "", "limit": int64(cmp.Or(input.BatchSize, defaultRename))}}
	// Adopted rows cannot be told apart afterwards from rows that had the new name already.
	s := &write{Change: Change{Op: op, Of: Applications, IDs: []string{cmp.Or(input.OldName, input.NewName)}, Final: input.AdoptUnclaimed}, detail: r, apart: true}
	if err := c.writable(op); err != nil {
		return ApplicationRowCounts{}, err
	}
	if c.config.Gate != nil {
		if err := r.countFirst(s); err != nil {
			return ApplicationRowCounts{}, err
		}
	}
	s.send = func(w *writer) error {
		err := r.send(w)
		s.Changed = r.counts.total()
		c.owners.Clear()
		c.observed.Store(nil)
		return err
	}
	s.verify = r.verify
	err := c.apply(s)
	return r.counts, err
}

// renameNeeds returns the first column of an owner that the database lacks, or "".
func (c *systemClient) renameNeeds() string {
	for _, needed := range []schema.Capability{schema.ApplicationName, schema.QueueApplication, schema.ScheduleApplication,
		schema.VersionApplication, schema.StepApplication} {
		if missing := c.shape.Missing(needed); missing != "" {
			return missing
		}
	}
	return ""
}

// send moves the rows that must move together, and then the rest in batches.
func (r *rename) send(w *writer) error {
	before, err := recordedBatches[ApplicationRowCounts](r.client, renaming)
	if err != nil {
		return err
	}
	for _, counts := range before {
		r.counts.add(counts)
	}
	var ids []string
	together, err := inBatch(w, func(w *writer) (ApplicationRowCounts, error) { return r.together(w, &ids) })
	if err != nil {
		return err
	}
	r.counts.add(together)
	err = r.batches(w, ids, renameWorkflows, selectToRename, func(moved int64) ApplicationRowCounts { return ApplicationRowCounts{Workflows: moved} })
	if err != nil {
		return err
	}
	r.args["after"] = ""
	if err := r.client.read(renaming, func(b *db.Batch) { db.Texts(b, &ids, selectStepsToRename, r.args) }); err != nil {
		return err
	}
	return r.batches(w, ids, renameSteps, selectStepsToRename, func(moved int64) ApplicationRowCounts { return ApplicationRowCounts{Steps: moved} })
}

// together moves the rows that must move together, and reads the ids of the first batch.
func (r *rename) together(w *writer, ids *[]string) (counts ApplicationRowCounts, err error) {
	_, err = w.write(func(b *db.Batch) {
		b.Bitmaps()
		if r.gated {
			b.Guard(selectMoreToRename(), r.args, errGrown)
		}
		b.Exec(renameQueues, r.args, &counts.Queues)
		b.Exec(renameSchedules, r.args, &counts.Schedules)
		b.Exec(renameVersions, r.args, &counts.Versions)
		b.Exec(renameUnfinished, r.args, &counts.Workflows)
		db.Texts(b, ids, selectToRename, r.args)
	})
	if errors.Is(err, errGrown) {
		err = &Error{Code: Conflict, Op: renaming, Message: "nothing was renamed, because there are more rows since they were counted",
			Hint: "stop the application first, and call it again: it counts and asks anew"}
	}
	return counts, err
}

// batches moves the rows of the ids, reads the next ids in the same round trip, and goes on until
// there are none.
func (r *rename) batches(w *writer, ids []string, text, next string, counted func(int64) ApplicationRowCounts) error {
	for len(ids) > 0 {
		var following []string
		moved, err := inBatch(w, func(w *writer) (ApplicationRowCounts, error) {
			var moved int64
			args := maps.Clone(r.args)
			args["ids"], args["after"] = ids, ids[len(ids)-1]
			_, err := w.write(func(b *db.Batch) {
				b.Exec(text, args, &moved)
				db.Texts(b, &following, next, args)
			})
			return counted(moved), err
		})
		if err != nil {
			return err
		}
		r.counts.add(moved)
		ids = following
	}
	return nil
}

// verify returns NonExistentApplication if nothing moved because no row has the old name, and none
// has the new one, which an earlier call may have given.
func (r *rename) verify() error {
	if r.counts.total() > 0 || r.input.OldName == "" {
		return nil
	}
	var names []string
	err := r.client.read(renaming, func(b *db.Batch) { db.Texts(b, &names, r.client.applicationsText(false), noArgs) })
	if err != nil || slices.Contains(names, r.input.NewName) {
		return err
	}
	return &Error{Code: NonExistentApplication, Op: renaming,
		Message: fmt.Sprintf("no row belongs to an application %q%s", r.input.OldName, nearest.Among(r.input.OldName, names, "applications"))}
}

// previewRename counts the rows that would move.
func previewRename(d *dryRun, p *preview) error {
	r := p.detail.(*rename)
	err := d.read(renaming, func(b *db.Batch) { r.count(b, &r.counts) })
	if err == nil {
		err = r.verify()
	}
	total := r.counts.total()
	p.Effects, p.Changed, p.Rows = []PlannedEffect{{ID: p.IDs[0], Effect: EffectNone, Count: total}}, total, &total
	if total > 0 {
		p.Effects[0].Effect = EffectChange
	}
	return err
}
