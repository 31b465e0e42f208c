//go:build interop

package interop

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// connect opens a connection of the test's own, beside the application's and the command's.
func connect(t *testing.T, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// query gives the first column of all rows as text.
func query(t *testing.T, conn *pgx.Conn, sql string, arguments ...any) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, arguments...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return values
}

// hasColumn says whether the system schema has a column ("table.column") or a table ("table").
func hasColumn(t *testing.T, database, what string) bool {
	t.Helper()
	conn := connect(t, database)
	defer conn.Close(t.Context())
	table, column, _ := strings.Cut(what, ".")
	found := query(t, conn, `SELECT column_name FROM information_schema.columns
		WHERE table_schema = 'dbos' AND table_name::text = $1 AND ($2::text = '' OR column_name::text = $2)`, table, column)
	return len(found) > 0
}

// snapshot is a dump of the whole database and beside it, of the system schema, the definition of
// all it holds and every row with its place and the transaction that wrote it, so that an UPDATE
// that changes nothing shows too.
func snapshot(t *testing.T, database string) map[string]string {
	t.Helper()
	conn := connect(t, database)
	defer conn.Close(t.Context())
	content := map[string]string{"dump": pgtest.Dump(t, database), "definitions": strings.Join(query(t, conn, definitions), "\n")}
	for _, table := range query(t, conn, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'dbos'`) {
		name := pgx.Identifier{"dbos", table}.Sanitize()
		content[table] = strings.Join(query(t, conn, `SELECT format('%s %s %s', r.xmin, r.ctid, r) FROM `+name+` r ORDER BY r.ctid`), "\n")
	}
	return content
}

// definitions names every object of the schema with its definition.
const definitions = `
	SELECT format('column %s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
	FROM information_schema.columns WHERE table_schema = 'dbos'
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'dbos'
	UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.pronamespace = 'dbos'::regnamespace
	UNION ALL SELECT pg_get_triggerdef(g.oid) FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
		WHERE c.relnamespace = 'dbos'::regnamespace
	UNION ALL SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.connamespace = 'dbos'::regnamespace
	ORDER BY 1`

// unchanged fails for each part of the schema that differs between two snapshots.
func unchanged(t *testing.T, before, after map[string]string) {
	t.Helper()
	for _, part := range slices.Sorted(maps.Keys(before)) {
		if before[part] != after[part] {
			t.Errorf("%s changed from\n%s\nto\n%s", part, before[part], after[part])
		}
	}
	if len(after) != len(before) {
		t.Errorf("there were %d tables and are %d", len(before)-2, len(after)-2)
	}
}
