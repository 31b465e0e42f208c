package client

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A list of messages to a destination that does not exist is refused by the foreign key, and where
// that is not enforced by the guard, which must not trust in a key then.
func TestManyMessagesAreRefusedWithAndWithoutTheKey(t *testing.T) {
	t.Parallel()
	for _, version := range []int{107, 0} {
		t.Run(fmt.Sprint("Postgres ", version), func(t *testing.T) {
			t.Parallel()
			address, schema := pgtest.NewSchema(t)
			c := opened(t, ClientConfig{DatabaseURL: address, DatabaseSchema: schema, Create: true, SchemaVersion: version})
			refusesMany(t, c, true)
			for _, change := range []struct {
				statement string
				enforced  bool
			}{
				{"DISABLE TRIGGER ALL", false},
				{"ENABLE TRIGGER ALL", true},
				{"DROP CONSTRAINT notifications_destination_uuid_fkey", false},
			} {
				statement := "ALTER TABLE " + query.QuoteIdentifier(schema) + ".notifications " + change.statement
				if err := c.db.Script(t.Context(), []string{statement}); err != nil {
					t.Fatal(err)
				}
				refusesMany(t, c, change.enforced)
			}
		})
		t.Run(fmt.Sprint("SQLite ", version), func(t *testing.T) {
			t.Parallel()
			url := "sqlite:" + filepath.Join(t.TempDir(), "system.db")
			c := opened(t, ClientConfig{DatabaseURL: url, Create: true, SchemaVersion: version})
			refusesMany(t, c, true)
			without := `CREATE TABLE notifications (message_uuid TEXT PRIMARY KEY, destination_uuid TEXT NOT NULL, topic TEXT,
				message TEXT NOT NULL, created_at_epoch_ms INTEGER NOT NULL, serialization TEXT, consumed BOOLEAN NOT NULL DEFAULT FALSE)`
			if err := c.db.Script(t.Context(), []string{"DROP TABLE notifications", without}); err != nil {
				t.Fatal(err)
			}
			refusesMany(t, c, false)
		})
	}
}

func opened(t *testing.T, config ClientConfig) *systemClient {
	t.Helper()
	c, err := NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shutdown(0) })
	return c.(*systemClient)
}

// refusesMany fails if the client sends one of two messages, or does not name the destination that
// is missing, or if the statement does not know whether the key is enforced.
func refusesMany(t *testing.T, c *systemClient, enforced bool) {
	t.Helper()
	refuses := refusesOnPostgres
	if c.db.Dialect() == query.SQLite {
		refuses = refusesOnSQLite
	}
	var found db.Bool
	err := c.db.Read(t.Context(), func(b *db.Batch) {
		b.Query("SELECT "+refuses, query.Args{"schema": c.config.DatabaseSchema}, func(row db.Row) error { return row.Scan(&found) })
	})
	if err != nil || found.Bool != enforced {
		t.Errorf("the key is enforced: %t, want %t, %v", found.Bool, enforced, err)
	}
	handle, err := c.Enqueue("q", "wf", PortableWorkflowArgs{})
	if err != nil {
		t.Fatal(err)
	}
	id := handle.GetWorkflowID()
	err = c.SendMany([]Message{{DestinationID: id, Message: 1}, {DestinationID: "nobody", Message: 2}, {DestinationID: "no other", Message: 3}})
	if want := `send: there is no workflow "nobody"`; CodeOf(err) != NonExistentWorkflow || err.Error() != want {
		t.Errorf("enforced %t: %v, want %s", enforced, err, want)
	}
	var sent int64
	if err := c.SendMany([]Message{{DestinationID: id, Message: 1}, {DestinationID: id, Message: 2}}); err != nil {
		t.Error(err)
	}
	err = c.db.Read(t.Context(), func(b *db.Batch) {
		b.Query("SELECT COUNT(*) FROM {notifications} WHERE destination_uuid = :id", query.Args{"id": id}, func(row db.Row) error { return row.Scan(&sent) })
	})
	if err != nil || sent != 2 {
		t.Errorf("enforced %t: %d messages were sent, not 2, %v", enforced, sent, err)
	}
}
