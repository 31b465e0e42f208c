package client

import (
	"bufio"
	"compress/gzip"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/mask"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/rows"
)

// opExport is the operation as errors have it.
const opExport = "export workflows"

// ExportOptions are the options of ExportWorkflows.
type ExportOptions struct {
	Children *bool    `json:"children" doc:"Whether the workflows that they started are exported too, and theirs; true when not given."`
	Forks    bool     `json:"forks" doc:"Exports their forks too, and the forks of these."`
	Mask     []string `json:"mask" nonempty:"true" doc:"What to mask in inputs, outputs, errors, steps, events, streams, messages and attributes: the name of a key, such as \"password\", at any depth; a path, such as \"input.card\" or \"card.number\", in which * is any key; \"error.*\" for all of each error; \"@secrets\" for the usual names of secrets. Case, _ and - make no difference."`
	// Compress compresses the file with gzip.
	Compress bool `json:"-"`
	// Progress is called after each batch with the number of written workflows, and of all.
	Progress func(done, total int) `json:"-"`
}

// An ExportOption sets one of the ExportOptions.
type ExportOption func(*ExportOptions)

// WithExportOptions sets all options at once.
func WithExportOptions(options ExportOptions) ExportOption {
	return func(o *ExportOptions) { *o = options }
}

// WithExportMask masks values by rules; ExportOptions.Mask describes them.
func WithExportMask(rules ...string) ExportOption {
	return func(o *ExportOptions) { o.Mask = rules }
}

// An ExportReport says what an export has written.
type ExportReport struct {
	Workflows int            `json:"workflows" doc:"How many workflows were written."`
	Added     int            `json:"added" doc:"How many of these are children or forks that the call did not name."`
	Rows      int            `json:"rows" doc:"How many rows were written, of workflows, steps, events, streams and messages."`
	Unknown   []string       `json:"unknown" doc:"The ids that do not exist."`
	Masked    map[string]int `json:"masked" doc:"How many values each rule has masked."`
	Whole     int            `json:"masked_whole" doc:"How many payloads were masked as a whole, because their format has no fields that can be masked one by one."`
	Secrets   map[string]int `json:"secrets" doc:"How many values were left as they are although their key is the usual name of a secret, by that name."`
	LeftOut   []string       `json:"left_out" doc:"The columns that a newer SDK has added, and that were left out."`
}

const (
	selectExisting   = `SELECT workflow_uuid FROM {workflow_status} WHERE {in workflow_uuid :ids}`
	selectChildrenOf = `SELECT workflow_uuid FROM {workflow_status} WHERE {in parent_workflow_id :ids}`
	selectForksOf    = `SELECT workflow_uuid FROM {workflow_status} WHERE {in forked_from :ids}`
)

func (c *systemClient) ExportWorkflows(workflowIDs []string, to io.Writer, opts ...ExportOption) (*ExportReport, error) {
	o := apply(opts)
	masks, err := mask.Parse(o.Mask)
	if err != nil {
		return nil, invalid(opExport, "mask: %v", err)
	}
	e := &export{client: c, options: o, named: unique(workflowIDs), masks: masks, tables: rows.Of(c.shape, c.db),
		report: &ExportReport{Unknown: []string{}, Masked: masks.Hits, Secrets: masks.Bare, LeftOut: append([]string{}, rows.Unknown(c.shape)...)}}
	if err := e.write(to); err != nil {
		return nil, err
	}
	e.report.Whole = masks.Whole
	return e.report, nil
}

// An export is one call of ExportWorkflows.
type export struct {
	client  *systemClient
	options ExportOptions
	named   []string
	masks   *mask.Set
	tables  []rows.Table
	report  *ExportReport
	failed  error // of the writer, which is not an error of the database
}

// write writes the file. Its parts that buffer are flushed at the end only, so that a file that was
// cut off has no end.
func (e *export) write(to io.Writer) error {
	plain := bufio.NewWriterSize(to, 1<<16)
	var packed *gzip.Writer
	var out io.Writer = plain
	if e.options.Compress {
		packed, _ = gzip.NewWriterLevel(plain, gzip.BestSpeed) // the level is a valid one
		out = packed
	}
	err := e.client.db.Snapshot(e.client.ctx, func(read func(db.Plan) error) error {
		ids, err := e.find(read)
		if err != nil {
			return err
		}
		return e.workflows(read, ids, out)
	})
	switch {
	case e.failed != nil:
		return e.failed
	case err != nil:
		return failure(opExport, err)
	}
	if packed != nil {
		if err := packed.Close(); err != nil {
			return err
		}
	}
	return plain.Flush()
}

// find returns the ids of all workflows to export, in their order in the file.
func (e *export) find(read func(db.Plan) error) ([]string, error) {
	found := map[string]bool{}
	texts := []string{}
	if e.options.Children == nil || *e.options.Children {
		texts = append(texts, selectChildrenOf)
	}
	if e.options.Forks {
		texts = append(texts, selectForksOf)
	}
	frontier, err := e.further(read, e.named, []string{selectExisting}, found)
	if err != nil {
		return nil, err
	}
	for _, id := range e.named {
		if !found[id] {
			e.report.Unknown = append(e.report.Unknown, id)
		}
	}
	named := len(found)
	for len(frontier) > 0 && len(texts) > 0 {
		if frontier, err = e.further(read, frontier, texts, found); err != nil {
			return nil, err
		}
	}
	e.report.Workflows, e.report.Added = len(found), len(found)-named
	return slices.Sorted(maps.Keys(found)), nil
}

// further adds to found the ids that the statements find by a list, and returns the new ones.
func (e *export) further(read func(db.Plan) error, ids, texts []string, found map[string]bool) (more []string, err error) {
	for part := range slices.Chunk(ids, keysAhead) {
		err := read(func(b *db.Batch) {
			b.Indexed()
			for _, text := range texts {
				b.Query(text, query.Args{"ids": part}, func(row db.Row) error {
					var id string
					err := row.Scan(&id)
					if err == nil && !found[id] {
						found[id], more = true, append(more, id)
					}
					return err
				})
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return more, nil
}

// header returns the first line of the file.
func (e *export) header(workflows int) archive.Header {
	h := archive.Header{WrittenAt: e.client.config.Clock().UTC().Format(time.RFC3339Nano), SchemaVersion: e.client.shape.Version,
		Backend: "Postgres", Workflows: workflows, Masked: e.options.Mask}
	switch {
	case e.client.db.Dialect() == query.SQLite:
		h.Backend = "SQLite"
	case e.client.db.Cockroach():
		h.Backend = "CockroachDB"
	}
	for _, t := range e.tables {
		h.Tables = append(h.Tables, t.Table)
	}
	return h
}

// A page has typicalPage workflows at first, and then so many that it has about pageBytes.
const (
	typicalPage = 100
	largestPage = 1000
	pageBytes   = 4 << 20
)

// workflows writes the workflows, a page at a time.
func (e *export) workflows(read func(db.Plan) error, ids []string, to io.Writer) error {
	out, err := archive.NewWriter(to, e.header(len(ids)))
	if err != nil {
		return e.broken(err)
	}
	size := typicalPage
	for done := 0; done < len(ids); {
		page := ids[done:min(done+size, len(ids))]
		written, err := e.page(read, page, out)
		if err != nil {
			return err
		}
		done += len(page)
		if e.options.Progress != nil {
			e.options.Progress(done, len(ids))
		}
		size = min(max(size*pageBytes/max(written, 1), size/4, 1), 2*size, largestPage)
	}
	return e.broken(out.End())
}

// broken notes an error of the writer.
func (e *export) broken(err error) error {
	if e.failed == nil {
		e.failed = err
	}
	return err
}

// A drafted workflow is the lines of one that is being read.
type drafted struct {
	rows          int
	serialization string
	text          []byte
}

// page writes some workflows, and returns the number of bytes.
func (e *export) page(read func(db.Plan) error, ids []string, out *archive.Writer) (written int, err error) {
	drafts := make(map[string]*drafted, len(ids))
	masked := e.masks.Counts()
	err = read(func(b *db.Batch) {
		for _, id := range ids {
			drafts[id] = &drafted{}
		}
		e.masks.Restore(masked)
		b.Indexed()
		rows.Read(b, e.tables, ids, func(table int, values []archive.Value) error { return e.draft(drafts, table, values) })
	})
	for _, id := range ids {
		if err != nil {
			break
		}
		d := drafts[id]
		e.report.Rows += d.rows
		written += len(d.text)
		err = e.broken(out.Workflow(id, d.rows, d.text))
	}
	return written, err
}

// draft adds a row to its workflow.
func (e *export) draft(drafts map[string]*drafted, table int, values []archive.Value) error {
	t := &e.tables[table]
	id := values[t.WorkflowColumn].Bytes
	d := drafts[id]
	if d == nil {
		return invalid(opExport, "the %s of workflow %q is no text that can be exported", t.Known.WorkflowColumn, id)
	}
	e.mask(d, t, values)
	d.rows++
	before := len(d.text)
	d.text = archive.AppendRow(d.text, t.Table, values)
	if len(d.text)-before > archive.LongestLine {
		failed := invalid(opExport, "a row of %s of workflow %q has more than %d bytes", t.Name, id, archive.LongestLine)
		failed.WorkflowID = id
		return failed
	}
	return nil
}

// maskedColumns are the columns that rules mask. The columns of an input and an output have the
// same names in workflow_status as in their own tables.
var maskedColumns = map[string]map[string]mask.Payload{
	"workflow_status": {"inputs": mask.Input, "request": mask.Input, "output": mask.Output, "error": mask.Error, "attributes": mask.Attributes},
	"workflow_input":  {"inputs": mask.Input}, "workflow_output": {"output": mask.Output, "error": mask.Error},
	"operation_outputs": {"output": mask.Step, "error": mask.Step},
	"workflow_events":   {"value": mask.Event}, "workflow_events_history": {"value": mask.Event},
	"streams": {"value": mask.Stream}, "notifications": {"message": mask.Message},
}

// mask masks the payloads of a row. Payloads in tables of their own have the serialization of their
// workflow, whose row comes first.
func (e *export) mask(d *drafted, t *rows.Table, values []archive.Value) {
	serialization := d.serialization
	for at, column := range t.Columns {
		if column == "serialization" {
			serialization = values[at].Bytes
		}
	}
	if t.Name == "workflow_status" {
		d.serialization = serialization
	}
	of := maskedColumns[t.Name]
	for at, column := range t.Columns {
		payload, ok := of[column]
		if v := &values[at]; ok && (v.Kind == archive.Text || v.Kind == archive.Blob) {
			v.Bytes = e.masks.Apply(payload, serialization, v.Bytes)
		}
	}
}
