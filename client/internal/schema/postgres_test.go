package schema_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// oddNames are schema names that break what is not quoted.
func oddNames() []string {
	return []string{
		schema.DefaultName, "My-Schema", `it's "odd"`, `$dbos$ $dbos1$`, `back\slash'`, "two words.dot", "percent %s %L",
		"näme 表", "{workflow_status}", strings.Repeat("x", 63),
	}
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// run sends the statements at once, which the server takes as one transaction.
func run(t *testing.T, conn *pgx.Conn, statements []string) {
	t.Helper()
	if err := tryRun(t, conn, statements); err != nil {
		t.Fatal(err)
	}
}

func tryRun(t *testing.T, conn *pgx.Conn, statements []string) error {
	t.Helper()
	return conn.PgConn().Exec(t.Context(), strings.Join(statements, ";\n")).Close()
}

func mustExec(t *testing.T, conn *pgx.Conn, statement string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// createdIn is a database of the test's own with an empty system database in the named schema,
// which is also the
// search path, so that tests need not qualify the tables.
func createdIn(t *testing.T, name string, version int) *pgx.Conn {
	t.Helper()
	conn := connect(t, pgtest.NewDatabase(t))
	run(t, conn, schema.Postgres(name, version))
	mustExec(t, conn, "SET search_path = "+pgx.Identifier{name}.Sanitize())
	return conn
}

// textRows returns every row of the answer, its columns joined by spaces.
func textRows(t *testing.T, conn *pgx.Conn, query string, args ...any) []string {
	t.Helper()
	result, err := conn.Query(t.Context(), "SELECT concat_ws(' ', VARIADIC row) FROM (SELECT ARRAY["+query+") answer (row)", args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	all, err := pgx.CollectRows(result, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return all
}

func postgresShape(t *testing.T, conn *pgx.Conn, name string) schema.Shape {
	t.Helper()
	result, err := conn.Query(t.Context(), schema.PostgresColumns, name)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := pgx.CollectRows(result, pgx.RowToStructByPos[schema.Column])
	if err != nil {
		t.Fatal(err)
	}
	var version int64
	if schema.NewShape(columns, 0).HasVersionTable() {
		if err := conn.QueryRow(t.Context(), schema.PostgresVersion(name)).Scan(&version); err != nil {
			t.Fatal(err)
		}
	}
	return schema.NewShape(columns, version)
}

func TestPostgresMatchesTheContract(t *testing.T) {
	t.Parallel()
	for _, version := range []int{107, 125} {
		for _, name := range oddNames() {
			t.Run(fmt.Sprintf("%d %s", version, name), func(t *testing.T) {
				t.Parallel()
				conn := createdIn(t, name, version)
				sameCatalog(t, conn, name, version)
				shape := postgresShape(t, conn, name)
				if err := shape.Check(); err != nil || shape.Version != int64(version) {
					t.Errorf("version %d: %v", shape.Version, err)
				}
			})
		}
	}
}

func sameCatalog(t *testing.T, conn *pgx.Conn, name string, version int) {
	t.Helper()
	sameLines(t, "columns", postgresColumns(t, conn, name), expectedColumns(onPostgres, version))
	sameLines(t, "keys", postgresKeys(t, conn, name), at(version, contractKeys))
	sameLines(t, "indexes", postgresIndexes(t, conn, name), at(version, contractIndexes))
	if got := textRows(t, conn, "version::TEXT] FROM dbos_migrations"); !slices.Equal(got, []string{fmt.Sprint(version)}) {
		t.Errorf("version rows = %v", got)
	}
}

func postgresColumns(t *testing.T, conn *pgx.Conn, name string) []string {
	t.Helper()
	return textRows(t, conn, `
		c.relname || '.' || a.attname,
		CASE format_type(a.atttypid, a.atttypmod)
			WHEN 'integer' THEN 'INT4'
			WHEN 'double precision' THEN 'DOUBLE'
			WHEN 'character varying(255)' THEN 'VARCHAR(255)'
			ELSE upper(format_type(a.atttypid, a.atttypmod))
		END,
		CASE WHEN a.attnotnull THEN 'no' ELSE 'null' END,
		CASE
			WHEN pg_get_expr(d.adbin, d.adrelid) LIKE '(floor(%now()%)::bigint' THEN 'now-ms'
			WHEN pg_get_expr(d.adbin, d.adrelid) LIKE '%gen_random_uuid()%' THEN 'uuid'
			WHEN pg_get_expr(d.adbin, d.adrelid) LIKE 'NULL::%' THEN '-'
			ELSE coalesce(replace(pg_get_expr(d.adbin, d.adrelid), '::text', ''), '-')
		END]
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
		LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
		WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relkind = 'r'`, name)
}

func postgresKeys(t *testing.T, conn *pgx.Conn, name string) []string {
	t.Helper()
	const columns = `(SELECT string_agg(a.attname, ',' ORDER BY k.position)
		FROM unnest(o.conkey) WITH ORDINALITY k (number, position) JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number)`
	const ofSchema = ` WHERE o.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND o.contype = `
	primary := textRows(t, conn, "c.relname, 'primary', "+columns+"] FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid"+ofSchema+"'p'", name)
	unique := textRows(t, conn, "c.relname, 'unique', "+columns+"] FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid"+ofSchema+"'u'", name)
	foreign := textRows(t, conn, `c.relname, `+columns+`, '->', f.relname || '.' || b.attname,
			CASE o.confupdtype WHEN 'c' THEN 'cascade' END, CASE o.confdeltype WHEN 'c' THEN 'cascade' END]
		FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_class f ON f.oid = o.confrelid
		JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = o.confkey[1]`+ofSchema+`'f'`, name)
	return slices.Concat(primary, unique, foreign)
}

func postgresIndexes(t *testing.T, conn *pgx.Conn, name string) []string {
	t.Helper()
	const query = `
		SELECT c.relname, x.indisunique, b.relname, m.amname, coalesce(pg_get_expr(x.indpred, x.indrelid), ''),
			(SELECT string_agg(a.attname, ',' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid)
		FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_class b ON b.oid = x.indrelid JOIN pg_am m ON m.oid = c.relam
		WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
			AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = c.oid AND o.contype IN ('p', 'u'))`
	result, err := conn.Query(t.Context(), query, name)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	var index, table, method, where, columns string
	var unique bool
	_, err = pgx.ForEachRow(result, []any{&index, &unique, &table, &method, &where, &columns}, func() error {
		if method == "gin" {
			columns += " (gin)"
		}
		found = append(found, indexLine(index, unique, table, columns, where != "", where))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPostgresDefaultsAreTheTimeAndAnID(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	before := time.Now().UnixMilli()
	mustExec(t, conn, "INSERT INTO workflow_status (workflow_uuid) VALUES ('w')")
	mustExec(t, conn, "INSERT INTO notifications (destination_uuid, message) VALUES ('w', '1'), ('w', '2')")
	mustExec(t, conn, "INSERT INTO application_versions (version_id, version_name) VALUES ('v', 'one')")
	mustExec(t, conn, "INSERT INTO queues (name) VALUES ('q')")
	after := time.Now().UnixMilli()
	var oldest, newest int64
	err := conn.QueryRow(t.Context(), `
		SELECT min(stamp), max(stamp) FROM (
			SELECT unnest(ARRAY[created_at, updated_at]) FROM workflow_status
			UNION ALL SELECT created_at_epoch_ms FROM notifications
			UNION ALL SELECT unnest(ARRAY[version_timestamp, created_at]) FROM application_versions
			UNION ALL SELECT unnest(ARRAY[created_at, updated_at]) FROM queues
		) times (stamp)`).Scan(&oldest, &newest)
	if err != nil || oldest < before || newest > after {
		t.Errorf("times %d to %d, want within %d to %d; %v", oldest, newest, before, after, err)
	}
	if got := textRows(t, conn, "count(DISTINCT message_uuid)::TEXT, min(length(message_uuid))::TEXT] FROM notifications"); !slices.Equal(got, []string{"2 36"}) {
		t.Errorf("message ids: %v", got)
	}
}

func TestPostgresCreationIsAllOrNothing(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDatabase(t))
	mustExec(t, conn, "CREATE SCHEMA mine CREATE TABLE queues (mine TEXT)")
	if err := tryRun(t, conn, schema.Postgres("mine", schema.Version)); err == nil || !strings.Contains(err.Error(), "already exists") {
		t.Errorf("creating over a table of somebody else gave %v", err)
	}
	if got := textRows(t, conn, "relname::TEXT] FROM pg_class WHERE relnamespace = 'mine'::regnamespace"); !slices.Equal(got, []string{"queues"}) {
		t.Errorf("left behind: %v", got)
	}
	run(t, conn, schema.Postgres(schema.DefaultName, schema.Version))
}

// An administrator may make the schema for a login that may make none.
func TestPostgresCreationNeedsNoRightsOnTheDatabase(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDatabase(t))
	var role string
	if err := conn.QueryRow(t.Context(), "SELECT 'limited_' || replace(gen_random_uuid()::TEXT, '-', '')").Scan(&role); err != nil {
		t.Fatal(err)
	}
	mustExec(t, conn, "CREATE ROLE "+role)
	t.Cleanup(func() {
		for _, statement := range []string{"RESET ROLE", "DROP OWNED BY " + role + " CASCADE", "DROP ROLE " + role} {
			if _, err := conn.Exec(context.Background(), statement); err != nil {
				t.Error(err)
			}
		}
	})
	mustExec(t, conn, "CREATE SCHEMA app AUTHORIZATION "+role)
	mustExec(t, conn, "SET ROLE "+role)
	run(t, conn, schema.Postgres("app", schema.Version))
	if err := postgresShape(t, conn, "app").Check(); err != nil {
		t.Error(err)
	}
	if err := tryRun(t, conn, schema.Postgres("other", schema.Version)); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("creating a schema without the right to gave %v", err)
	}
}

func TestPostgresShapeSeesOneSchemaOnly(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDatabase(t))
	run(t, conn, schema.Postgres("one", schema.Version))
	mustExec(t, conn, "CREATE SCHEMA two CREATE TABLE customers (name TEXT)")
	mustExec(t, conn, "ALTER TABLE one.workflow_status DROP COLUMN completed_at")
	if shape := postgresShape(t, conn, "two"); !shape.Empty() {
		t.Error("a table of an application is taken for one of DBOS'")
	}
	err := postgresShape(t, conn, "one").Check()
	if err == nil || !strings.Contains(err.Error(), "lacks workflow_status.completed_at (its schema version is 125)") {
		t.Errorf("after dropping completed_at: %v", err)
	}
}

func TestCockroachIsPostgresWithoutFunctions(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDatabase(t))
	run(t, conn, schema.Cockroach(schema.DefaultName, schema.Version))
	mustExec(t, conn, "SET search_path = dbos")
	sameCatalog(t, conn, schema.DefaultName, schema.Version)
	for what, query := range map[string]string{
		"functions": "proname::TEXT] FROM pg_proc WHERE pronamespace = 'dbos'::regnamespace",
		"triggers":  "tgname::TEXT] FROM pg_trigger WHERE NOT tgisinternal",
	} {
		if got := textRows(t, conn, query); len(got) > 0 {
			t.Errorf("%s: %v", what, got)
		}
	}
}
