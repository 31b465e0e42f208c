package clienttest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/worker"
)

func imported(t *testing.T, b clienttest.Backend, file []byte) *client.ImportReport {
	t.Helper()
	report, err := b.NewClient().ImportWorkflows(bytes.NewReader(file))
	must(t, err)
	return report
}

// No executor takes an imported workflow, however late it is, until it is released; then it goes on
// after its last step.
func TestImportedWorkflowsRunOnlyOnceReleased(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		source := clienttest.On(t, "SQLite")
		var before []string
		steps := func(ran *[]string) map[string]worker.Workflow {
			return map[string]worker.Workflow{"name": func(r *worker.Run) (any, error) {
				for _, step := range []string{"one", "two"} {
					if _, err := r.Step(step, func() (any, error) { *ran = append(*ran, r.WorkflowID()+" "+step); return nil, nil }); err != nil {
						return nil, err
					}
				}
				return nil, nil
			}}
		}
		c := source.NewClient()
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("waits"), client.WithEnqueueDeduplicationID("d"))
		mustDrain(t, launched(t, source, steps(&before)))
		source.Exec("UPDATE {workflow_status} SET status = 'PENDING', completed_at = NULL, deduplication_id = NULL, workflow_uuid = workflow_uuid", nil)
		source.Exec("DELETE FROM {operation_outputs} WHERE function_name = 'two'", nil)
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("queued"), client.WithEnqueueDeduplicationID("d"))
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("delayed"), client.WithEnqueueDelay(time.Hour))
		_, err := c.Debounce("name", "key", time.Minute, 1, client.DebouncerOptions{QueueName: queue})
		must(t, err)
		file, _ := exportOf(t, source, client.ExportOptions{}, idsOf(source)...)

		if report := imported(t, b, file); report.Held != 4 {
			t.Fatalf("imported: %s", report)
		}
		var ran []string
		w := launched(t, b, steps(&ran))
		b.Clock.Advance(300 * 24 * time.Hour)
		if mustDrain(t, w); len(ran) > 0 {
			t.Fatalf("held, %v run", ran)
		}
		report, err := b.NewClient().ReleaseAll(idsOf(b))
		must(t, err)
		if report.Count(client.OutcomeChanged) != 4 {
			t.Errorf("released: %s", report)
		}
		mustDrain(t, w)
		slices.Sort(ran)
		if len(ran) != 7 || slices.Contains(ran, "waits one") || !slices.Contains(ran, "waits two") || !slices.Contains(ran, "queued one") || !slices.Contains(ran, "delayed two") {
			t.Errorf("released, they run %v", ran)
		}
	})
}

// A deduplication id that is taken stays where it is, and a workflow that has changed since is
// reported, and left alone.
func TestAnImportLeavesAloneWhatExists(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		source, c := clienttest.On(t, "SQLite"), b.NewClient()
		for _, id := range []string{"one", "three", "two"} {
			enqueue(t, source.NewClient(), "name", id, client.WithEnqueueWorkflowID(id), client.WithEnqueueDeduplicationID(id))
		}
		file, _ := exportOf(t, source, client.ExportOptions{}, "one", "three", "two")
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("holder"), client.WithEnqueueDeduplicationID("one"))
		enqueue(t, c, "other", nil, client.WithEnqueueWorkflowID("three"), client.WithEnqueueDeduplicationID("mine"))
		before := b.Workflow("three")
		for again := range 2 {
			report := imported(t, b, file)
			if !slices.Equal(report.Differ, []string{"three"}) || report.Count(client.OutcomeChanged) != 2*(1-again) || again == 0 && !slices.Equal(report.Freed, []string{"one"}) {
				t.Errorf("%s: differ %v, freed %v", report, report.Differ, report.Freed)
			}
			if r := report.Results[1]; r.ID != "three" || r.Outcome != client.OutcomeUnchanged || !strings.HasPrefix(r.Reason, "it exists, and differs in ") || !strings.Contains(r.Reason, "name") {
				t.Errorf("%+v", r)
			}
		}
		assertRecord(t, "three", b.Workflow("three"), before)
		assertColumns(t, b.Workflow("one"), clienttest.Record{"deduplication_id": nil, "status": "DELAYED"})
		assertColumns(t, b.Workflow("two"), clienttest.Record{"deduplication_id": "two"})
		if events := len(b.Rows("workflow_status", "", nil)); events != 4 {
			t.Errorf("there are %d workflows", events)
		}
	})
}

// The gate is asked about the workflows that are new, a dry run and a refusal leave the database as
// it is, and a read-only client refuses.
func TestAnImportPassesTheGate(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		source := clienttest.On(t, "SQLite")
		furnish(source, 2)
		file, _ := exportOf(t, source, client.ExportOptions{}, idsOf(source)...)
		first, _ := exportOf(t, source, client.ExportOptions{Children: new(bool)}, "wf-0")
		imported(t, b, first)
		refused := errors.New("refused")
		var asked []client.Change
		gate := func(refuse error) func(*client.ClientConfig) {
			return func(config *client.ClientConfig) {
				config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
					if refuse != nil {
						return refuse
					}
					err := apply()
					asked = append(asked, *change)
					return err
				}
			}
		}
		_, err := b.NewClient(gate(refused)).ImportWorkflows(bytes.NewReader(file))
		if !errors.Is(err, refused) || len(idsOf(b)) != 1 {
			t.Errorf("refused: %v, and there are %d workflows", err, len(idsOf(b)))
		}
		dry := b.NewClient(gate(nil), func(config *client.ClientConfig) { config.DryRun = true })
		report, err := dry.ImportWorkflows(bytes.NewReader(file))
		must(t, err)
		if report.Count(client.OutcomeChanged) != 13 || report.Held != 6 || len(idsOf(b)) != 1 || len(asked) != 1 || asked[0].Changed != 13 || len(asked[0].Effects) != 13 || !asked[0].New {
			t.Errorf("dry run: %s, asked %+v", report, asked)
		}
		states := map[string]int{}
		for _, e := range asked[0].Effects {
			states[e.Status]++
		}
		if states["DELAYED"] != 6 || states["ERROR"] != 2 || states["SUCCESS"] != 1 {
			t.Errorf("the states of a dry run are %v", states)
		}
		if status, err := dry.Handle("wf-4").GetStatus(); err != nil || status.Status != client.WorkflowStatusDelayed || status.QueueName != "q0" || status.Name != "name '4" {
			t.Errorf("after it, wf-4 is %+v, %v", status, err)
		}
		asked = nil
		for again := range 2 {
			report, err := b.NewClient(gate(nil)).ImportWorkflows(bytes.NewReader(file))
			must(t, err)
			if len(asked) != 1 || asked[0].Changed != 13 || len(asked[0].IDs) != 13 || report.Count(client.OutcomeChanged) != 13*(1-again) {
				t.Errorf("time %d: asked %+v, %s", again, asked, report)
			}
		}
		if _, err := b.NewClient(func(c *client.ClientConfig) { c.ReadOnly = true }).ImportWorkflows(bytes.NewReader(file)); client.CodeOf(err) != client.ReadOnly {
			t.Errorf("read-only: %v", err)
		}
	})
}

// Nothing is written if a line is wrong, a column is lacking, or Postgres cannot hold a value.
func TestNothingOfABrokenFileIsImported(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		source := clienttest.On(t, "SQLite")
		furnish(source, 200)
		file, _ := exportOf(t, source, client.ExportOptions{}, idsOf(source)...)
		lines := bytes.SplitAfter(file, []byte("\n"))
		last := len(lines) - 3
		with := func(at int, line string) []byte {
			return bytes.Join(append(append(slices.Clone(lines[:at]), []byte(line+"\n")), lines[at+1:]...), nil)
		}
		for name, c := range map[string]struct {
			file []byte
			want string
		}{
			"cut":    {bytes.Join(lines[:last], nil), fmt.Sprintf("line %d: the file ends early", last+1)},
			"broken": {with(last, "{}"), fmt.Sprintf("line %d: it is no row", last+1)},
		} {
			_, err := b.NewClient().ImportWorkflows(io.MultiReader(bytes.NewReader(c.file))) // it cannot go back
			if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if b.Name != "SQLite" {
			source.Exec("UPDATE {operation_outputs} SET output = CAST(X'61FF' AS TEXT) WHERE workflow_uuid = 'wf-998' AND function_id = 2", nil)
			wrong, _ := exportOf(t, source, client.ExportOptions{}, idsOf(source)...)
			_, err := b.NewClient().ImportWorkflows(bytes.NewReader(wrong))
			if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), `workflow "wf-998" cannot be stored: operation_outputs.output: it is not valid UTF-8`) {
				t.Errorf("invalid UTF-8: %v", err)
			}
		}
		if err := b.Database.Alter(t.Context(), "ALTER TABLE {workflow_status} DROP COLUMN schedule_name"); b.Name != "SQLite" { // an index of SQLite has it
			must(t, err)
			_, err = b.NewClient().ImportWorkflows(bytes.NewReader(file))
			if client.CodeOf(err) != client.Unsupported || !strings.Contains(err.Error(), "has a value of workflow_status.schedule_name, a column that this database lacks") {
				t.Errorf("a column less: %v", err)
			}
		}
		if rows := len(b.Rows("workflow_status", "", nil)) + len(b.Rows("operation_outputs", "", nil)); rows > 0 {
			t.Errorf("%d rows were written", rows)
		}
	})
}

// SQLite holds any bytes in any column, and so does a file.
func TestAnyBytesOfSQLiteSurvive(t *testing.T) {
	t.Parallel()
	source, target := clienttest.On(t, "SQLite"), clienttest.On(t, "SQLite")
	furnish(source, 2)
	for column, value := range map[string]string{"inputs": "CAST(X'00FF61' AS TEXT)", "output": "X'00FF61'", "error": "'a' || char(0) || 'b'", "created_at": "1.5", "completed_at": "'never'", "priority": "9e999"} {
		source.Exec("UPDATE {workflow_status} SET "+column+" = "+value+" WHERE status = 'ERROR'", nil)
	}
	file, _ := exportOf(t, source, client.ExportOptions{}, idsOf(source)...)
	imported(t, target, file)
	stored := func(b clienttest.Backend) (all []string) {
		must(t, b.Database.DB().Read(t.Context(), func(batch *db.Batch) {
			db.Texts(batch, &all, `SELECT typeof(inputs) || hex(inputs) || typeof(output) || hex(output) || typeof(error) || hex(error) || typeof(created_at) || created_at
				|| typeof(completed_at) || completed_at || typeof(priority) || priority FROM {workflow_status} WHERE status = 'ERROR' ORDER BY workflow_uuid`, query.Args{})
		}))
		return all
	}
	if got, want := stored(target), stored(source); !slices.Equal(got, want) || len(got) != 2 || !strings.Contains(got[0], "text00FF61blob00FF61") {
		t.Errorf("%v, want %v", got, want)
	}
}

// An export holds children, and forks if asked for; rules mask values, and the report counts.
func TestChildrenForksAndMasks(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		furnish(b, 4) // wf-8 is a child of wf-7, wf-9 of wf-8; wf-8 a fork of wf-7
		b.Exec("UPDATE {workflow_status} SET parent_workflow_id = NULL, forked_from = NULL", nil)
		b.Exec("UPDATE {workflow_status} SET parent_workflow_id = 'wf-1' WHERE workflow_uuid = 'wf-2'", nil)
		b.Exec("UPDATE {workflow_status} SET parent_workflow_id = 'wf-2' WHERE workflow_uuid = 'wf-1'", nil) // a circle
		b.Exec("UPDATE {workflow_status} SET forked_from = 'wf-2' WHERE workflow_uuid = 'wf-3'", nil)
		b.Exec("UPDATE {workflow_status} SET inputs = 'gASVCgAAAAAAAAB9lIwBYZRLAXMu', serialization = 'py_pickle' WHERE workflow_uuid = 'wf-2'", nil)
		for _, c := range []struct {
			options client.ExportOptions
			want    int
		}{{client.ExportOptions{}, 2}, {client.ExportOptions{Forks: true}, 3}, {client.ExportOptions{Children: new(bool)}, 1}} {
			if _, report := exportOf(t, b, c.options, "wf-1", "wf-1"); report.Workflows != c.want || report.Added != c.want-1 {
				t.Errorf("%+v exports %+v", c.options, report)
			}
		}
		plain, bare := exportOf(t, b, client.ExportOptions{}, "wf-1")
		masked, report := exportOf(t, b, client.ExportOptions{Mask: []string{"card", "step.n"}}, "wf-1")
		if bytes.Contains(masked, []byte("4111")) || !bytes.Contains(plain, []byte("4111")) {
			t.Error("a card is not masked, or was not there")
		}
		if bare.Secrets["card"] == 0 || len(report.Secrets) > 0 || report.Masked["card"] != bare.Secrets["card"] || report.Masked["step.n"] == 0 || report.Whole == 0 || bare.Whole != 0 {
			t.Errorf("bare %+v, masked %+v", bare, report)
		}
		if _, err := b.NewClient().ExportWorkflows([]string{"wf-1"}, io.Discard, client.WithExportMask("a..b")); client.CodeOf(err) != client.InvalidOption {
			t.Errorf("a wrong rule: %v", err)
		}
	})
}

// A writer that fails ends the export with its error.
func TestTheErrorOfAWriterEndsAnExport(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	furnish(b, 100)
	full := errors.New("the disk is full")
	_, err := b.NewClient().ExportWorkflows(idsOf(b), failing{full})
	if !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
