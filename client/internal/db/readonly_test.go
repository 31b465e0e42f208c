package db

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// The database itself refuses to write, whatever a statement looks like: nothing above has to
// know which ones do.
func TestAReadOnlySessionRefusesEveryChange(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"Postgres": pgtest.NewDatabase(t), "PgBouncer": pgtest.Pooled(t, pgtest.NewDatabase(t)),
		"Cockroach": pgproxy.New(t, pgtest.NewDatabase(t), pgproxy.Options{Cockroach: true}).URL(), "SQLite": "sqlite:" + filepath.Join(t.TempDir(), "item.db"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			writer, err := Open(t.Context(), Config{URL: address, Schema: "public", Logger: quiet(), Create: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := writer.Script(t.Context(), []string{"CREATE TABLE item (n BIGINT)", "INSERT INTO item VALUES (1)"}); err != nil {
				t.Fatal(err)
			}
			writer.Close(0)
			reader, err := Open(t.Context(), Config{URL: address, Schema: "public", Logger: quiet(), ReadOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close(0)
			for _, text := range []string{"INSERT INTO {item} VALUES (2)", "UPDATE {item} SET n = n", "DELETE FROM {item}", "CREATE TABLE other (n BIGINT)"} {
				if err := reader.Run(t.Context(), func(b *Batch) { b.Exec(text, nil, nil) }); !errors.Is(err, ErrReadOnly) {
					t.Errorf("%s: %v", text, err)
				}
			}
			for _, text := range []string{"INSERT INTO item VALUES (2)", "DELETE FROM item"} {
				raw := func(b *Batch) { b.Raw(text, nil, nil) }
				if err := reader.Read(t.Context(), raw); !errors.Is(err, ErrReadOnly) {
					t.Errorf("%s, sent unprepared: %v", text, err)
				}
				if err := reader.Script(t.Context(), []string{text}); !errors.Is(err, ErrReadOnly) {
					t.Errorf("%s, as a script: %v", text, err)
				}
				several := func(b *Batch) { b.Exec("SELECT 1", nil, nil); b.Exec(text, nil, nil) }
				if err := reader.Run(t.Context(), several); !errors.Is(err, ErrReadOnly) {
					t.Errorf("%s, after another statement: %v", text, err)
				}
			}
			rows := 0
			err = reader.Read(t.Context(), func(b *Batch) {
				b.Query("SELECT n FROM {item}", nil, func(Row) error { rows++; return nil })
			})
			if err != nil || rows != 1 {
				t.Errorf("%d rows, %v", rows, err)
			}
		})
	}
}
