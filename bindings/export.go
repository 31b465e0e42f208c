package bindings

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Files are the files that a script may touch. function is the name that an error has.
type Files interface {
	// Open opens a file for reading; "-" is standard input.
	Open(ctx context.Context, function, path string) (io.ReadCloser, error)
	// Create begins a file; "-" is standard output. Either commit or abandon ends it. A file that
	// exists is an error, unless replace is set.
	Create(ctx context.Context, function, path string, replace bool) (to io.Writer, commit func() error, abandon func(), err error)
}

var errNoFiles = errors.New("this run has no files")

// exporting returns the functions that write workflows to files and read them.
func exporting() []declare.Func { return []declare.Func{exportWorkflows(), importWorkflows()} }

// packedSuffix is the end of the name of a compressed file.
const packedSuffix = ".gz"

// reporting returns a function that passes progress to a callback. Its first error ends ctx.
func reporting(ctx context.Context, callback declare.Callback) (within context.Context, report func(done, total int), failed func(error) error) {
	within, cancel := context.WithCancelCause(ctx)
	var first error
	report = func(done, total int) {
		if callback == nil || first != nil {
			return
		}
		if _, first = callback.Call(ctx, int64(done), int64(total)); first != nil {
			cancel(first)
		}
	}
	return within, report, func(err error) error {
		cancel(nil)
		if first != nil {
			return first
		}
		return err
	}
}

func exportWorkflows() declare.Func {
	type args struct {
		Selection declare.Raw `arg:"selection" doc:"The workflows' ids, one id, or a filter: the options of dbos.list_workflows."`
		To        string      `json:"to" doc:"The path of the file; one that ends in .gz is compressed. \"-\" is standard output." required:"true" nonempty:"true"`
		Overwrite bool        `json:"overwrite" doc:"Replaces a file that exists."`
		client.ExportOptions
		Progress declare.Callback `json:"progress" doc:"Called after each batch with the number of workflows that are done, and of all."`
	}
	return declare.Method("export", "Writes workflows with their steps, events, streams, messages and children to a file, for dbos.import.",
		func(ctx context.Context, c *Connection, a args) (*client.ExportReport, error) {
			ids, err := c.selected(ctx, a.Selection)
			if err != nil {
				return nil, err
			}
			if c.files == nil {
				return nil, errNoFiles
			}
			to, commit, abandon, err := c.files.Create(ctx, "dbos.export", a.To, a.Overwrite)
			if err != nil {
				return nil, err
			}
			within, report, failed := reporting(ctx, a.Progress)
			o := a.ExportOptions
			o.Compress, o.Progress = strings.HasSuffix(a.To, packedSuffix), report
			exported, err := c.with(within).ExportWorkflows(ids, to, client.WithExportOptions(o))
			if err = failed(err); err != nil {
				abandon()
				return nil, err
			}
			if exported.Workflows == 0 && len(exported.Unknown) > 0 {
				abandon() // nothing of the ids exists
				return exported, nil
			}
			return exported, commit()
		}).Outside().
		Passing("progress", declare.Pass[int64]("done"), declare.Pass[int64]("total")).
		Returning("how many workflows and rows were written, which ids do not exist, and which values were masked").
		Raises("Denied", "InvalidOption", "NotFound").
		Notes("Everything is read at one moment, and nothing in the database changes. Values that are not masked are as they are " +
			"stored. The file needs `--allow-write`. It is written as a whole or not at all, and not if none of the ids exists. A masked text becomes `***`, a number 0 and a boolean false. " +
			"docs/formats/export.md describes the file, and which rule masks what. In a dry run the file is in the plan.").
		Example("local report = dbos.export({name = \"process_order\"}, {to = fs.temp_dir() .. \"/orders.jsonl.gz\", mask = {\"input.card\", \"password\"}})\nprint(report.workflows, report.rows)").
		Example("dbos.export(\"order-1\", {to = fs.temp_dir() .. \"/order.jsonl\", children = false, progress = function(done, total) print(done, total) end})")
}

// Imported reports the outcome of an import.
type Imported struct {
	*Changes
	intake *client.ImportReport
}

// String is the summary of one line.
func (i *Imported) String() string { return i.intake.String() }

func importWorkflows() declare.Func {
	type args struct {
		From     string           `arg:"path" doc:"The path of the file. \"-\" is standard input."`
		Progress declare.Callback `json:"progress" doc:"Called after each batch with the number of workflows that are done, and of all."`
	}
	return declare.Method("import", "Inserts the workflows of a file that dbos.export wrote. Workflows that have not ended are held.",
		func(ctx context.Context, c *Connection, a args) (*Imported, error) {
			if c.files == nil {
				return nil, errNoFiles
			}
			from := &lateFile{open: func() (io.ReadCloser, error) { return c.files.Open(ctx, "dbos.import", a.From) }}
			defer from.close()
			within, report, failed := reporting(ctx, a.Progress)
			intake, err := c.with(within).ImportWorkflows(from, client.WithImportProgress(report))
			if err = failed(err); err != nil {
				return nil, err
			}
			return &Imported{&Changes{c, intake.Report}, intake}, nil
		}).Changes().
		Passing("progress", declare.Pass[int64]("done"), declare.Pass[int64]("total")).
		Returning("what happened to each workflow, with `held`, `differ` and `freed`").
		Raises("Denied", "InvalidOption", "Unsupported", "Conflict", "NotFound").
		Notes("The database may be of another system, and its tables of another version. A workflow that exists is unchanged, and its reason says whether it " +
			"is the same; so a second import changes nothing. No executor takes an imported workflow until `dbos.release`. The whole file is checked first: a mistake is an " +
			"error with the number of the line, and nothing is imported. The file needs `--allow-read`. docs/formats/export.md describes what happens to each column.").
		Example("local path = fs.temp_dir() .. \"/orders.jsonl\"\ndbos.enqueue(\"orders\", \"process_order\", {order = 99}, {workflow_id = \"order-99\"})\ndbos.export(\"order-99\", {to = path})\ndbos.delete_workflows({\"order-99\"})\nlocal result = dbos.import(path)\nprint(result.changed, result.unchanged, result.held)")
}

// A lateFile is opened when it is first read, so that a client that may not write refuses before.
type lateFile struct {
	open func() (io.ReadCloser, error)
	file io.ReadCloser
	err  error
}

func (l *lateFile) opened() error {
	if l.file == nil && l.err == nil {
		l.file, l.err = l.open()
	}
	return l.err
}

func (l *lateFile) Read(p []byte) (int, error) {
	if err := l.opened(); err != nil {
		return 0, err
	}
	return l.file.Read(p)
}

var errStream = errors.New("it cannot go back")

func (l *lateFile) Seek(offset int64, whence int) (int64, error) {
	if err := l.opened(); err != nil {
		return 0, err
	}
	if seeker, ok := l.file.(io.Seeker); ok {
		return seeker.Seek(offset, whence)
	}
	return 0, errStream
}

func (l *lateFile) close() {
	if l.file != nil {
		_ = l.file.Close()
	}
}

func importedClass() *declare.Class {
	return declare.ClassOf[*Imported]("imported", "What an import did to each workflow of its file. `tostring` is a summary of one line.").
		With(
			declare.Get("changed", "How many it imported.", func(i *Imported) int { return i.report.Count(client.OutcomeChanged) }),
			declare.Get("unchanged", "How many existed, and were left alone.", func(i *Imported) int { return i.report.Count(client.OutcomeUnchanged) }),
			declare.Get("held", "How many of the imported ones have not ended, and are held.", func(i *Imported) int { return i.intake.Held }),
			declare.Get("differ", "The ids that existed and are not as in the file; the outcome says in which columns.", func(i *Imported) []string {
				return append([]string{}, i.intake.Differ...)
			}),
			declare.Get("freed", "The ids that were imported without their deduplication id, because another workflow has it.", func(i *Imported) []string {
				return append([]string{}, i.intake.Freed...)
			}),
			declare.Get("outcomes", "What happened to each, in the order of the file.", func(i *Imported) []client.ChangeResult { return i.report.Results }),
		)
}
