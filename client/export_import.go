package client

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/rows"
)

// opImport is the operation as audit logs have it.
const opImport = "import workflows"

// ImportOptions are the options of ImportWorkflows.
type ImportOptions struct {
	// Progress is called after each batch with the number of workflows that are done, and of all.
	Progress func(done, total int)
}

// An ImportOption sets one of the ImportOptions.
type ImportOption func(*ImportOptions)

// WithImportProgress calls a function after each batch with the number of workflows that are
// done, and of all.
func WithImportProgress(progress func(done, total int)) ImportOption {
	return func(o *ImportOptions) { o.Progress = progress }
}

// An ImportReport is the report of ImportWorkflows, in the order of the ids. Changed are imported
// workflows, unchanged are workflows that existed.
type ImportReport struct {
	*Report
	// Held is the number of imported workflows that had not ended, and are held.
	Held int
	// Differ holds the ids that existed and are not as in the file; nil if there are none. The
	// reason says in which columns.
	Differ []string
	// Freed holds the imported workflows without their deduplication id, because another workflow
	// has it; nil if there are none.
	Freed []string
	// Dropped are the numbers of values that this database has no column for, by column. They do
	// not matter to a workflow.
	Dropped map[string]int
}

// String returns the line of the report, and how many workflows are held and differ.
func (r *ImportReport) String() string {
	text := r.Report.String()
	if r.Held > 0 {
		text += fmt.Sprintf("; %d are held", r.Held)
	}
	if len(r.Differ) > 0 {
		text += fmt.Sprintf("; %d differ", len(r.Differ))
	}
	return text
}

// note returns what is worth a line beside the number of imported workflows: "3 exist already, 1 of
// them not as in the file; 2 have not ended and are held until `dbos-script release`".
func (r *ImportReport) note() string {
	var parts []string
	if existed := r.Count(OutcomeUnchanged); existed > 0 {
		part := fmt.Sprintf("%d exist already", existed)
		if len(r.Differ) > 0 {
			part += fmt.Sprintf(", %d of them not as in the file", len(r.Differ))
		}
		parts = append(parts, part)
	}
	if r.Held > 0 {
		parts = append(parts, fmt.Sprintf("%d have not ended and are held until `dbos-script release`", r.Held))
	}
	return strings.Join(parts, "; ")
}

// An arrival is a workflow of a file, as far as it is kept in memory.
type arrival struct {
	id, name, queue string
	status          WorkflowStatusType // that it gets
	from            WorkflowStatusType // that it had, if it is held; "" if it is not
	exists          bool
}

// An intake is one call of ImportWorkflows.
type intake struct {
	client   *systemClient
	options  ImportOptions
	from     io.ReadSeeker
	start    int64
	fitting  *fitting
	arrivals []arrival
	report   *ImportReport
	writer   *writer // nil if nothing is written
	done     int
	recorded []importedBatch // by an earlier try of the call
}

// An importedBatch is the result of one batch.
type importedBatch struct {
	Results []ChangeResult `json:"results"`
	Held    int            `json:"held"`
	Differ  []string       `json:"differ"`
	Freed   []string       `json:"freed"`
}

func (c *systemClient) ImportWorkflows(from io.Reader, opts ...ImportOption) (*ImportReport, error) {
	if err := c.writable(opImport); err != nil {
		return nil, err
	}
	file, discard, err := seekable(from)
	if err != nil {
		return nil, err
	}
	defer discard()
	in := &intake{client: c, options: apply(opts), from: file, report: &ImportReport{Report: &Report{Op: opImport}}}
	if in.start, err = file.Seek(0, io.SeekCurrent); err == nil {
		err = in.examine()
	}
	if err != nil {
		return nil, err
	}
	s := &write{Change: Change{Op: opImport, New: true, Plural: true, IDs: in.fresh(), Did: "imported"}, detail: in, apart: true}
	sent := false
	s.send = func(w *writer) error {
		sent, in.writer = true, w
		err := in.take()
		s.Results = slices.DeleteFunc(slices.Clone(in.report.Results), func(r ChangeResult) bool { return r.Outcome != OutcomeChanged })
		s.Changed, s.Note = int64(len(s.Results)), in.report.note()
		return err
	}
	if len(s.IDs) > 0 {
		err = c.apply(s)
	}
	if err == nil && !sent {
		err = in.take() // nothing is written, and what exists is compared
	}
	in.report.Dropped = in.fitting.drops
	return in.report, err
}

// seekable returns a reader that can go back to its start: a copy in a temporary file if from
// cannot. discard removes the copy.
func seekable(from io.Reader) (file io.ReadSeeker, discard func(), err error) {
	if seeker, ok := from.(io.ReadSeeker); ok {
		if _, err := seeker.Seek(0, io.SeekCurrent); err == nil { // a pipe cannot
			return seeker, func() {}, nil
		}
	}
	spool, err := os.CreateTemp("", "dbos-script-import-*") // readable only by its owner
	if err != nil {
		return nil, nil, err
	}
	discard = func() {
		_ = spool.Close()
		_ = os.Remove(spool.Name())
	}
	if _, err = io.Copy(spool, from); err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		discard()
	}
	return spool, discard, err
}

// open begins to read the file.
func (in *intake) open() (*archive.Reader, error) {
	if _, err := in.from.Seek(in.start, io.SeekStart); err != nil {
		return nil, err
	}
	r, err := archive.NewReader(in.from, rows.Known(), 0)
	return r, unreadable(err)
}

// unreadable returns an error in a line of the file as InvalidOption, and any other unchanged.
func unreadable(err error) error {
	var wrong *archive.LineError
	if errors.As(err, &wrong) {
		return invalid(opImport, "%v", wrong)
	}
	return err
}

// each reads the file from its start, and calls f with each workflow as the database is to hold it.
func (in *intake) each(f func(*fitted) error) error {
	r, err := in.open()
	if err != nil {
		return err
	}
	in.fitting = newFitting(in.client, &r.Header)
	for {
		w, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if in.client.ctx.Err() != nil {
			return failure(opImport, db.Ended(in.client.ctx))
		}
		fit, err := in.fitting.fit(w)
		if err == nil {
			err = f(fit)
		}
		if err != nil {
			return err
		}
	}
}

// examine reads the whole file before anything is written, and finds out which workflows exist.
func (in *intake) examine() error {
	words := map[string]string{} // many workflows have the same name and queue
	same := func(v archive.Value) string {
		if known, ok := words[v.Bytes]; ok {
			return known
		}
		words[v.Bytes] = v.Bytes
		return v.Bytes
	}
	err := in.each(func(w *fitted) error {
		t, row := &in.fitting.tables[0], w.rows[0][0]
		a := arrival{id: w.id, status: WorkflowStatusType(same(row[in.fitting.hold.status])), queue: same(row[in.fitting.hold.queue])}
		if at := slices.Index(t.Columns, "name"); at >= 0 {
			a.name = same(row[at])
		}
		if w.source != nil {
			a.from = WorkflowStatusType(same(w.source[in.fitting.hold.status]))
		}
		in.arrivals = append(in.arrivals, a)
		return nil
	})
	if err != nil {
		return err
	}
	return in.findExisting()
}

// findExisting notes which of the workflows exist.
func (in *intake) findExisting() error {
	for part := range slices.Chunk(in.arrivals, keysAhead) {
		ids := column(part, func(a arrival) string { return a.id })
		var found map[string]bool
		err := in.client.read(opImport, func(b *db.Batch) { db.Set(b, &found, selectExisting, query.Args{"ids": ids}) })
		if err != nil {
			return err
		}
		for i := range part {
			part[i].exists = found[part[i].id]
		}
	}
	return nil
}

// fresh returns the ids of the workflows that do not exist, about which the gate is asked.
func (in *intake) fresh() (ids []string) {
	for _, a := range in.arrivals {
		if !a.exists {
			ids = append(ids, a.id)
		}
	}
	return ids
}

// A batch has so many workflows at most, and about so many bytes.
const (
	importBatch = 500
	importBytes = 4 << 20
)

// take reads the file again, and imports it in batches.
func (in *intake) take() error {
	in.report.Results = make([]ChangeResult, 0, len(in.arrivals))
	recorded, err := recordedBatches[importedBatch](in.client, opImport)
	if err != nil {
		return err
	}
	in.recorded = recorded
	var batch []*fitted
	size := 0
	flush := func() error {
		err := in.batch(batch)
		batch, size = nil, 0
		return err
	}
	err = in.each(func(w *fitted) error {
		batch, size = append(batch, w), size+w.size
		if len(batch) < importBatch && size < importBytes {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	return err
}

// batch imports some workflows in one transaction, and reports on each. The first batches of the
// file are those that an earlier try has recorded.
func (in *intake) batch(batch []*fitted) (err error) {
	if len(batch) == 0 {
		return nil
	}
	if in.done+len(batch) > len(in.arrivals) {
		return invalid(opImport, "the file has changed while it was read")
	}
	var result importedBatch
	switch {
	case len(in.recorded) > 0:
		result, in.recorded = in.recorded[0], in.recorded[1:]
	case in.writer == nil:
		result, err = in.bring(nil, batch)
	default:
		result, err = inBatch(in.writer, func(w *writer) (importedBatch, error) { return in.bring(w, batch) })
	}
	if err != nil {
		return err
	}
	in.done += len(batch)
	in.report.Results = append(in.report.Results, result.Results...)
	in.report.Held += result.Held
	in.report.Differ = append(in.report.Differ, result.Differ...)
	in.report.Freed = append(in.report.Freed, result.Freed...)
	if in.options.Progress != nil {
		in.options.Progress(in.done, len(in.arrivals))
	}
	return nil
}

// bring inserts the workflows of a batch that do not exist, unless the writer is nil.
func (in *intake) bring(writer *writer, batch []*fitted) (result importedBatch, err error) {
	existing, freed, err := in.write(writer, batch)
	if err != nil {
		return result, err
	}
	for i, w := range batch {
		a := in.arrivals[in.done+i]
		one := ChangeResult{ID: w.id, Outcome: OutcomeChanged, Status: a.status}
		if found, exists := existing[w.id]; exists {
			one.Outcome, one.Status = OutcomeUnchanged, WorkflowStatusType(found[0][0][in.fitting.hold.status].Bytes)
			one.Reason = in.compare(w, found, &result)
		} else if a.from != "" {
			result.Held++
		}
		if freed[w.id] && one.Outcome == OutcomeChanged {
			result.Freed = append(result.Freed, w.id)
		}
		result.Results = append(result.Results, one)
	}
	return result, nil
}

// maxColumnsNamed is how many columns a reason names.
const maxColumnsNamed = 5

// compare returns the reason why a workflow that exists was left alone.
func (in *intake) compare(w *fitted, found storedWorkflow, batch *importedBatch) string {
	names := in.fitting.differences(w, found)
	if len(names) == 0 {
		return "it exists, and is the same"
	}
	batch.Differ = append(batch.Differ, w.id)
	more := ""
	if len(names) > maxColumnsNamed {
		names, more = names[:maxColumnsNamed], fmt.Sprintf(" and %d more", len(names)-maxColumnsNamed)
	}
	return "it exists, and differs in " + strings.Join(names, ", ") + more
}
