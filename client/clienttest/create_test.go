package clienttest_test

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// empty is the configuration of a database on which nothing is yet.
func empty(t *testing.T, b clienttest.Backend) client.ClientConfig {
	t.Helper()
	config := b.Config()
	if b.Name == "SQLite" {
		config.DatabaseURL = "sqlite:" + filepath.Join(t.TempDir(), "new", "system.db")
	} else {
		_, config.DatabaseSchema = pgtest.NewSchema(t)
	}
	return config
}

// openClient makes a client that is shut down when the test ends.
func openClient(t *testing.T, config client.ClientConfig) client.Client {
	t.Helper()
	c, err := client.NewClient(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shutdown(time.Minute) })
	return c
}

func tables(t *testing.T, config client.ClientConfig) *simulator.Database {
	t.Helper()
	d, err := simulator.OpenDatabase(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func TestNoDatabaseIsCreatedUnlessAsked(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		config := empty(t, b)
		for range 2 {
			c, err := client.NewClient(t.Context(), config)
			if c != nil || client.CodeOf(err) != client.Initialization && client.CodeOf(err) != client.Unavailable {
				t.Fatalf("an empty database gave %v", err)
			}
			if err := err.Error(); !strings.Contains(err, "no ") {
				t.Errorf("error %q", err)
			}
		}
		if path, found := strings.CutPrefix(config.DatabaseURL, "sqlite:"); found {
			if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder was made: %v", err)
			}
		}
	})
}

func TestACreatedDatabaseIsReopened(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		config := empty(t, b)
		create := config
		create.Create = true
		openClient(t, create).Shutdown(time.Minute)
		d := tables(t, config)
		version := expectVersion(t, d, config.SchemaVersion)
		if _, err := openClient(t, create).Enqueue("q", "w", 1); err != nil {
			t.Error(err)
		}
		if list, err := openClient(t, config).ListWorkflows(); err != nil || len(list) != 1 {
			t.Errorf("%d workflows after re-opening, %v", len(list), err)
		}
		assertRecord(t, "the version row", expectVersion(t, d, config.SchemaVersion), version)
	})
}

func expectVersion(t *testing.T, d *simulator.Database, want int) clienttest.Record {
	t.Helper()
	rows, err := d.Records(t.Context(), "dbos_migrations", "", nil)
	if err != nil || len(rows) != 1 {
		t.Fatalf("version rows %v, %v", rows, err)
	}
	assertColumns(t, rows[0], clienttest.Record{"version": strconv.Itoa(cmp.Or(want, 125))})
	return rows[0]
}

// A Python application leaves out what has a default.
func TestCreatedDefaultsServePython(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name) VALUES ('w', 'PENDING', 'n')", nil)
		b.Exec("INSERT INTO {notifications} (destination_uuid, topic, message) VALUES ('w', 't', 'm')", nil)
		b.Exec("INSERT INTO {queues} (name) VALUES ('q')", nil)
		b.Exec("INSERT INTO {application_versions} (version_id, version_name) VALUES ('i', 'v')", nil)
		row := b.Workflow("w")
		assertColumns(t, row, clienttest.Record{"recovery_attempts": "0", "priority": "0", "was_forked_from": "false", "rate_limited": "false", "is_debounced": "false"})
		assertColumns(t, b.Rows("notifications", "", nil)[0], clienttest.Record{"consumed": "false"})
		assertColumns(t, b.Rows("queues", "", nil)[0], clienttest.Record{"polling_interval_sec": oneSecond(b), "priority_enabled": "false", "partition_queue": "false"})
		for table, columns := range map[string][]string{
			"workflow_status": {"created_at", "updated_at"}, "notifications": {"created_at_epoch_ms", "message_uuid"},
			"queues": {"queue_id", "created_at", "updated_at"}, "application_versions": {"version_timestamp", "created_at"},
		} {
			for _, column := range columns {
				if value, _ := b.Rows(table, "", nil)[0][column].(string); len(value) < 13 {
					t.Errorf("%s.%s is %q", table, column, value)
				}
			}
		}
	})
}

// oneSecond is how the databases write 1.0.
func oneSecond(b clienttest.Backend) string {
	if b.Name == "SQLite" {
		return "1.0"
	}
	return "1"
}

func TestCreatingAtTheSameTime(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		config := empty(t, b)
		config.Create = true
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				c, err := client.NewClient(t.Context(), config)
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Shutdown(time.Minute)
				if _, err := c.Enqueue("q", "w", nil); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		d := tables(t, config)
		expectVersion(t, d, config.SchemaVersion)
		if rows, err := d.Records(t.Context(), "workflow_status", "", nil); err != nil || len(rows) != 6 {
			t.Errorf("%d workflows, %v", len(rows), err)
		}
	})
}

// A table without a version row was made by hand, or is somebody else's.
func TestTablesWithoutAVersionAreRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec("DELETE FROM {dbos_migrations}", nil)
		config := b.Config()
		config.Create = true
		if _, err := client.NewClient(t.Context(), config); client.CodeOf(err) != client.Initialization || !strings.Contains(err.Error(), "workflow_status") {
			t.Errorf("got %v", err)
		}
	})
}
