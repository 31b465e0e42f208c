package client

import (
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/rows"
)

// A storedWorkflow is the rows of a workflow that exists, by table.
type storedWorkflow [][][]archive.Value

// stored reads the workflows of a list that exist, with the columns that the file has.
func (f *fitting) stored(ids []string) (map[string]storedWorkflow, error) {
	var found map[string]storedWorkflow
	tables := rows.Of(f.client.shape, f.client.db)
	err := f.client.read(opImport, func(b *db.Batch) {
		b.Indexed()
		found = map[string]storedWorkflow{}
		rows.Read(b, tables, ids, func(table int, values []archive.Value) error {
			id := values[tables[table].WorkflowColumn].Bytes
			if table == 0 {
				found[id] = make(storedWorkflow, len(tables))
			}
			if w, exists := found[id]; exists { // not what is left of a deleted one
				w[table] = append(w[table], f.same(&tables[table], table, values))
			}
			return nil
		})
	})
	return found, err
}

// same returns the values of a row in the order of the columns that are written.
func (f *fitting) same(from *rows.Table, table int, values []archive.Value) []archive.Value {
	ordered := make([]archive.Value, len(f.tables[table].Columns))
	for i, column := range f.tables[table].Columns {
		ordered[i] = values[slices.Index(from.Columns, column)]
	}
	return ordered
}

// differences returns the columns of workflow_status and the tables in which a workflow that exists
// differs from that of the file; none if it is the same, held or as the file has it.
func (f *fitting) differences(w *fitted, found storedWorkflow) []string {
	var names []string
	row := w.rows[0][0]
	if w.source != nil && len(f.unequal(0, w.source, found[0][0])) == 0 {
		row = w.source
	}
	names = append(names, f.unequal(0, row, found[0][0])...)
	for i := 1; i < len(f.tables); i++ {
		if !slices.Contains(f.given[i], true) { // the file has no such table
			continue
		}
		if !f.sameRows(i, w.rows[i], found[i]) {
			names = append(names, f.tables[i].Name)
		}
	}
	return names
}

// unequal returns the columns that come from the file and differ. A deduplication id that another
// workflow held was not imported.
func (f *fitting) unequal(table int, want, found []archive.Value) (names []string) {
	t := &f.tables[table]
	for i, column := range t.Columns {
		lost := table == 0 && i == f.hold.dedup && found[i].Kind == archive.Null
		if f.given[table][i] && !lost && !rows.Same(t.Kinds[i], want[i], found[i]) {
			names = append(names, column)
		}
	}
	return names
}

// sameRows compares the rows of a table by their keys.
func (f *fitting) sameRows(table int, want, found [][]archive.Value) bool {
	if len(want) != len(found) {
		return false
	}
	t := &f.tables[table]
	key := func(row []archive.Value) string {
		var parts []string
		for _, at := range t.Key {
			parts = append(parts, string(archive.AppendValue(nil, row[at])))
		}
		return strings.Join(parts, " ")
	}
	byKey := make(map[string][]archive.Value, len(found))
	for _, row := range found {
		byKey[key(row)] = row
	}
	for _, row := range want {
		other, exists := byKey[key(row)]
		if !exists || len(f.unequal(table, row, other)) > 0 {
			return false
		}
	}
	return true
}
