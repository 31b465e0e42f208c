package client_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// contents are the rows of all tables that a client changes.
func contents(b clienttest.Backend) map[string][]clienttest.Record {
	tables := map[string][]clienttest.Record{}
	for _, table := range []string{"workflow_status", "operation_outputs", "notifications", "workflow_schedules", "application_versions", "streams", "workflow_events"} {
		tables[table] = b.Rows(table, "", nil)
	}
	return tables
}

// prepared inserts the rows that operations.All works on.
func prepared(t *testing.T, b clienttest.Backend) {
	t.Helper()
	mustDo(t, operations.Prepare(b.NewClient()))
	b.Exec("INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at) VALUES ('id', 'v1', 1, 1)", nil)
}

// A change that a gate refuses is not made, whichever method it is.
func TestAGateCanRefuseEveryChange(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		prepared(t, b)
		refused, asked := errors.New("refused"), 0
		c := b.NewClient(func(config *client.ClientConfig) {
			config.SDK = client.SDKGo
			config.Gate = func(_ context.Context, change *client.Change, _ func() error) error {
				if asked++; len(change.IDs) == 0 && change.Rows == nil || change.Op == "" || change.Of == "" {
					t.Errorf("the gate is told %+v", change)
				}
				return refused
			}
		})
		before := contents(b)
		for _, o := range operations.All() {
			if asked = 0; o.Call == nil {
				continue
			}
			if err := o.Do(c); errors.Is(err, refused) != o.Changes || o.Changes != (asked == 1) {
				t.Errorf("%s asks the gate %d times and returns %v", o.Method, asked, err)
			}
		}
		if after := contents(b); !reflect.DeepEqual(before, after) {
			t.Errorf("before\n%v\nafter\n%v", before, after)
		}
	})
}

// A dry run of every change changes nothing, and says what it would do.
func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		prepared(t, b)
		before := contents(b)
		for _, o := range operations.Changing() {
			var looked *client.Change
			c := b.NewClient(func(config *client.ClientConfig) {
				config.DryRun, config.SDK = true, client.SDKGo
				config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
					looked = change
					return apply()
				}
			})
			err := o.Do(c)
			if err != nil || len(looked.Effects) == 0 || len(looked.IDs) > 0 && len(looked.Effects) != len(looked.IDs) {
				t.Errorf("%s: %v, %+v", o.Method, err, looked)
			}
		}
		if after := contents(b); !reflect.DeepEqual(before, after) {
			t.Errorf("before\n%v\nafter\n%v", before, after)
		}
	})
}

// Only a change that passed the gate can write: the one way to the database's writing half is a
// writer, and the one file that makes writers is change.go. The files of bulk runs also write to
// the tables of these, and to no others.
func TestNothingWritesBesideTheGate(t *testing.T) {
	t.Parallel()
	writing := regexp.MustCompile(`(?:UPDATE|INSERT INTO|DELETE FROM) \{(\w+)\}`)
	paths, err := filepath.Glob("*.go")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		mustDo(t, err)
		if path == "change.go" || strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, way := range []string{".db.Run(", "writer{", "new(writer)"} {
			if strings.Contains(string(text), way) {
				t.Errorf("%s writes by itself: %s", path, way)
			}
		}
		if !strings.Contains(string(text), ".recordBulk(") {
			continue
		}
		for _, statement := range writing.FindAllStringSubmatch(string(text), -1) {
			if !strings.HasPrefix(statement[1], "dbos_script_bulk") {
				t.Errorf("%s writes to the table %s beside the gate", path, statement[1])
			}
		}
	}
}
