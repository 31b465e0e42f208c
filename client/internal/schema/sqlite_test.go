package schema_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// memory is an empty SQLite database on its only connection.
func memory(t *testing.T) *sql.DB {
	t.Helper()
	return openSQLite(t, ":memory:")
}

func openSQLite(t *testing.T, name string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	mustExecSQLite(t, db, "PRAGMA foreign_keys = ON")
	return db
}

func mustExecSQLite(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func created(t *testing.T, version int) *sql.DB {
	t.Helper()
	db := memory(t)
	for _, statement := range schema.SQLite(version) {
		mustExecSQLite(t, db, statement)
	}
	return db
}

// rows returns every row of the answer with its fields joined by the separator.
func rows(t *testing.T, db *sql.DB, separator, query string, args ...any) []string {
	t.Helper()
	result, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer result.Close()
	names, err := result.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for result.Next() {
		fields := make([]sql.NullString, len(names))
		targets := make([]any, len(names))
		for i := range fields {
			targets[i] = &fields[i]
		}
		if err := result.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		all = append(all, joinFields(fields, separator))
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func joinFields(fields []sql.NullString, separator string) string {
	words := make([]string, len(fields))
	for i, field := range fields {
		words[i] = "-"
		if field.Valid {
			words[i] = field.String
		}
	}
	return strings.Join(words, separator)
}

func sqliteShape(t *testing.T, db *sql.DB) schema.Shape {
	t.Helper()
	var columns []schema.Column
	for _, row := range rows(t, db, "\x00", schema.SQLiteColumns) {
		field := strings.Split(row, "\x00")
		columns = append(columns, schema.Column{Table: field[0], Column: field[1], Bounded: field[2] == "1"})
	}
	shape := schema.NewShape(columns, 0)
	if !shape.HasVersionTable() {
		return shape
	}
	var version int64
	if err := db.QueryRowContext(t.Context(), schema.SQLiteVersion).Scan(&version); err != nil {
		t.Fatal(err)
	}
	return schema.NewShape(columns, version)
}

func TestSQLiteMatchesTheContract(t *testing.T) {
	t.Parallel()
	for _, version := range []int{107, 125} {
		db := created(t, version)
		sameLines(t, "columns", sqliteColumns(t, db), expectedColumns(onSQLite, version))
		sameLines(t, "keys", sqliteKeys(t, db), at(version, contractKeys))
		sameLines(t, "indexes", sqliteIndexes(t, db), indexesOfSQLite(version))
		if got := rows(t, db, " ", "SELECT version FROM dbos_migrations"); !slices.Equal(got, []string{fmt.Sprint(version)}) {
			t.Errorf("version rows = %v", got)
		}
	}
}

func indexesOfSQLite(version int) []string {
	return slices.DeleteFunc(at(version, contractIndexes), func(line string) bool { return strings.Contains(line, "(gin)") })
}

func sqliteColumns(t *testing.T, db *sql.DB) []string {
	t.Helper()
	return rows(t, db, " ", `
		SELECT m.name || '.' || p.name, p.type, CASE WHEN p."notnull" THEN 'no' ELSE 'null' END,
			CASE
				WHEN p.dflt_value LIKE '%strftime%' THEN 'now-ms'
				WHEN p.dflt_value LIKE '%randomblob%' THEN 'uuid'
				WHEN p.dflt_value = 'NULL' THEN '-'
				WHEN p.dflt_value = 'FALSE' THEN 'false'
				ELSE p.dflt_value
			END
		FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'`)
}

func sqliteKeys(t *testing.T, db *sql.DB) []string {
	t.Helper()
	primary := rows(t, db, " ", `
		SELECT m.name, 'primary', group_concat(p.name ORDER BY p.pk)
		FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.pk > 0 GROUP BY m.name`)
	unique := rows(t, db, " ", `
		SELECT m.name, 'unique', i.name
		FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i
		WHERE m.type = 'table' AND l.origin = 'u'`)
	foreign := rows(t, db, " ", `
		SELECT m.name, f."from", '->', f."table" || '.' || f."to", lower(f.on_update), lower(f.on_delete)
		FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`)
	return slices.Concat(primary, unique, foreign)
}

func sqliteIndexes(t *testing.T, db *sql.DB) []string {
	t.Helper()
	var found []string
	for _, row := range rows(t, db, "\x00", `
		SELECT m.name, l."unique", m.tbl_name, (SELECT group_concat(i.name ORDER BY i.seqno) FROM pragma_index_info(m.name) i), m.sql
		FROM sqlite_master m JOIN pragma_index_list(m.tbl_name) l ON l.name = m.name
		WHERE m.type = 'index' AND m.sql IS NOT NULL`) {
		field := strings.Split(row, "\x00")
		_, where, partial := strings.Cut(field[4], "WHERE ")
		found = append(found, indexLine(field[0], field[1] == "1", field[2], field[3], partial, where))
	}
	return found
}

func indexLine(name string, unique bool, table, columns string, partial bool, where string) string {
	line := name
	if unique {
		line += " unique"
	}
	line += " on " + table + " " + columns
	if partial {
		line += " where " + predicate(where)
	}
	return line
}

func TestSQLiteShapeIsReadBack(t *testing.T) {
	t.Parallel()
	for version, split := range map[int]bool{107: false, 125: true} {
		shape := sqliteShape(t, created(t, version))
		if err := shape.Check(); err != nil {
			t.Error(err)
		}
		if shape.Version != int64(version) || !shape.Supports(schema.Debounce) || shape.Supports(schema.PayloadSplit) != split {
			t.Errorf("version %d, debounce %v, payload split %v", shape.Version,
				shape.Supports(schema.Debounce), shape.Supports(schema.PayloadSplit))
		}
	}
	if shape := sqliteShape(t, memory(t)); !shape.Empty() {
		t.Error("a database without tables is not empty")
	}
}

func TestSQLiteRowsGoWithTheirWorkflow(t *testing.T) {
	t.Parallel()
	db := created(t, 107)
	mustExecSQLite(t, db, `INSERT INTO workflow_status (workflow_uuid) VALUES ('w')`)
	mustExecSQLite(t, db, `INSERT INTO operation_outputs (workflow_uuid, function_id) VALUES ('w', 0)`)
	mustExecSQLite(t, db, `INSERT INTO streams (workflow_uuid, key, value, "offset") VALUES ('w', 'k', 'v', 0)`)
	mustExecSQLite(t, db, `INSERT INTO workflow_events_history (workflow_uuid, function_id, key, value) VALUES ('w', 0, 'k', 'v')`)
	mustExecSQLite(t, db, `DELETE FROM workflow_status`)
	count := `SELECT (SELECT count(*) FROM operation_outputs) + (SELECT count(*) FROM streams) + (SELECT count(*) FROM workflow_events_history)`
	if got := rows(t, db, " ", count); !slices.Equal(got, []string{"0"}) {
		t.Errorf("%v rows outlived their workflow", got)
	}
}

func TestSQLiteCreationFillsAnEmptyVersionTableOnly(t *testing.T) {
	t.Parallel()
	db := memory(t)
	mustExecSQLite(t, db, "CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY)")
	if !sqliteShape(t, db).Empty() {
		t.Error("a version table without a row keeps the database from being empty")
	}
	for _, statement := range schema.SQLite(schema.Version) {
		mustExecSQLite(t, db, statement)
	}
	if _, err := db.ExecContext(t.Context(), schema.SQLite(schema.Version)[1]); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("creating a table twice gave %v", err)
	}
}

// The databases of real applications lie beside the repository on some machines; elsewhere there
// is nothing to try.
func TestDatabasesOfApplicationsAreRecognised(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../../shared/fixtures/*.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			db := openSQLite(t, copied(t, file))
			shape := sqliteShape(t, db)
			if err := shape.Check(); err != nil {
				t.Error(err)
			}
			python := strings.Contains(file, "python")
			if got := shape.Supports(schema.PartitionLimits); got != python {
				t.Errorf("partition limits = %v at version %d", got, shape.Version)
			}
			if got := shape.HasTable("event_dispatch_kv"); got == python {
				t.Errorf("event_dispatch_kv = %v", got)
			}
			sameLines(t, "indexes", sqliteIndexes(t, db), indexesOfSQLite(int(shape.Version)))
		})
	}
}

func copied(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), filepath.Base(file))
	if err := os.WriteFile(target, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return target
}
