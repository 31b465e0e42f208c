package schema_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// workflowRow returns the columns of a row that are not NULL and not what every new row has.
func workflowRow(t *testing.T, conn *pgx.Conn, id string) map[string]any {
	t.Helper()
	var text []byte
	if err := conn.QueryRow(t.Context(), "SELECT to_jsonb(w) FROM workflow_status w WHERE workflow_uuid = $1", id).Scan(&text); err != nil {
		t.Fatal(err)
	}
	row := map[string]any{}
	if err := json.Unmarshal(text, &row); err != nil {
		t.Fatal(err)
	}
	if row["created_at"] != row["updated_at"] {
		t.Errorf("created_at %v, updated_at %v", row["created_at"], row["updated_at"])
	}
	maps.DeleteFunc(row, func(column string, value any) bool {
		return value == nil || value == false || column == "created_at" || column == "updated_at"
	})
	return row
}

func call(t *testing.T, conn *pgx.Conn, expression string, args ...any) (string, error) {
	t.Helper()
	var result *string
	err := conn.QueryRow(t.Context(), "SELECT "+expression+"::TEXT", args...).Scan(&result)
	if result == nil {
		return "", err
	}
	return *result, err
}

func TestEnqueueWorkflowWritesARow(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	everything := `enqueue_workflow('w', 'q', ARRAY['1'::JSON, '"a"', 'null'], '{"k": [1]}', 'C', 'c', 'id1', 'v1',
		1000, 99, 'd1', 3, 'p', 'u', '["r"]', 5555, 'app')`
	for expression, want := range map[string]map[string]any{
		"enqueue_workflow('w', 'q')": {
			"status": "ENQUEUED", "name": "w", "queue_name": "q", "serialization": "portable_json",
			"inputs": `{"positionalArgs":[],"namedArgs":{}}`, "priority": 0.0, "recovery_attempts": 0.0,
		},
		"enqueue_workflow('w', 'q', positional_args => NULL, named_args => NULL, workflow_id => 'nulls')": {
			"status": "ENQUEUED", "name": "w", "queue_name": "q", "serialization": "portable_json",
			"inputs": `{"positionalArgs":[],"namedArgs":{}}`, "priority": 0.0, "recovery_attempts": 0.0,
		},
		everything: {
			"status": "DELAYED", "name": "w", "queue_name": "q", "serialization": "portable_json",
			"inputs": `{"positionalArgs":[1,"a",null],"namedArgs":{"k":[1]}}`, "priority": 3.0, "recovery_attempts": 0.0,
			"class_name": "C", "config_name": "c", "application_version": "v1", "workflow_timeout_ms": 1000.0,
			"workflow_deadline_epoch_ms": 99.0, "deduplication_id": "d1", "queue_partition_key": "p", "authenticated_user": "u",
			"authenticated_roles": `["r"]`, "delay_until_epoch_ms": 5555.0, "application_name": "app",
		},
	} {
		id, err := call(t, conn, expression)
		if err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
		got := workflowRow(t, conn, id)
		if split := textRows(t, conn, "inputs] FROM workflow_input WHERE workflow_uuid = $1", id); !slices.Equal(split, []string{got["inputs"].(string)}) {
			t.Errorf("%s wrote %v to workflow_input, and %v to workflow_status", expression, split, got["inputs"])
		}
		got["inputs"] = strings.ReplaceAll(got["inputs"].(string), " ", "")
		want["workflow_uuid"] = id
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s wrote\n%v, want\n%v", expression, got, want)
		}
	}
}

func TestEnqueueWorkflowAgainOnlyTouchesTheRow(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	if _, err := call(t, conn, "enqueue_workflow('w', 'q', workflow_id => 'id1', deduplication_id => 'd')"); err != nil {
		t.Fatal(err)
	}
	mustExec(t, conn, "UPDATE workflow_status SET created_at = 1, updated_at = 1")
	if _, err := call(t, conn, "enqueue_workflow('other', 'r', workflow_id => 'id1', deduplication_id => 'd', delay_until_epoch_ms => 9)"); err != nil {
		t.Fatal(err)
	}
	got := textRows(t, conn, "name, queue_name, status, created_at::TEXT, (updated_at > 1)::TEXT, count(*) OVER ()::TEXT] FROM workflow_status")
	if want := []string{"w q ENQUEUED 1 true 1"}; !slices.Equal(got, want) {
		t.Errorf("row = %v, want %v", got, want)
	}
}

// A new workflow takes nothing over from a deleted one of the same id; an existing one keeps all.
func TestEnqueueWorkflowTakesNothingOver(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	mustExec(t, conn, `INSERT INTO workflow_input (workflow_uuid, inputs, retention_timestamp) VALUES ('gone', 'old', 1)`)
	mustExec(t, conn, `INSERT INTO workflow_output (workflow_uuid, output, retention_timestamp) VALUES ('gone', 'old', 1)`)
	mustExec(t, conn, `INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, output) VALUES ('gone', 0, 'step', 'old')`)
	for range 2 { // the second finds the first
		if _, err := call(t, conn, "enqueue_workflow('w', 'q', ARRAY['1'::JSON], workflow_id => 'gone')"); err != nil {
			t.Fatal(err)
		}
		inputs := textRows(t, conn, "inputs] FROM workflow_input UNION ALL SELECT ARRAY[output] FROM workflow_output UNION ALL SELECT ARRAY[output] FROM operation_outputs")
		if want := `{"positionalArgs" : [1], "namedArgs" : {}}`; !slices.Equal(inputs, []string{want}) {
			t.Errorf("the workflow has %q, want only the input %q", inputs, want)
		}
	}
}

func TestStoredFunctionsRefuse(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	if _, err := call(t, conn, "enqueue_workflow('w', 'q', workflow_id => 'id1', deduplication_id => 'd')"); err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]struct{ code, text string }{
		"enqueue_workflow('w', 'q', deduplication_id => 'd')":         {"23505", "queue q already holds a workflow with deduplication id d"},
		"enqueue_workflow(NULL, 'q')":                                 {"P0001", "workflow_name is missing"},
		"enqueue_workflow('w', '')":                                   {"P0001", "queue_name is missing"},
		"enqueue_workflow('w', 'q', workflow_id => '')":               {"P0001", "workflow_id is empty"},
		"enqueue_workflow('w', 'q', named_args => '[1]')":             {"P0001", "named_args is a JSON array"},
		"send_message('nobody', '1')":                                 {"23503", "no workflow nobody"},
		"send_message('id1', NULL)":                                   {"23502", "message"},
		"enqueue_workflow('w', 'q', positional_args => '{1}'::INT[])": {"42883", "enqueue_workflow"},
	} {
		_, err := call(t, conn, expression)
		server, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || server.Code != want.code || !strings.Contains(server.Message, want.text) {
			t.Errorf("%s: %v", expression, err)
		}
	}
	if got := textRows(t, conn, "count(*)::TEXT] FROM workflow_status"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("refused calls left %v rows", got)
	}
}

func TestSendMessageInsertsOnce(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	for _, expression := range []string{
		"enqueue_workflow('w', 'q', workflow_id => 'id1')",
		`send_message('id1', '{"a": 1}')`,
		"send_message('id1', '[2]', 't', 'm1')",
		"send_message('id1', '[3]', 't', 'm1')",
	} {
		if _, err := call(t, conn, expression); err != nil {
			t.Fatalf("%s: %v", expression, err)
		}
	}
	got := textRows(t, conn, `destination_uuid, topic, message, serialization, consumed::TEXT,
		CASE WHEN message_uuid = 'm1' THEN 'm1' ELSE length(message_uuid)::TEXT END] FROM notifications`)
	sameLines(t, "messages", got, []string{
		`id1 __null__topic__ {"a": 1} portable_json false 36`,
		`id1 t [2] portable_json false m1`,
	})
}

func TestStoredFunctionsDoNotFollowTheSearchPath(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, schema.Version)
	got := textRows(t, conn, "proname, array_to_string(proconfig, ',')] FROM pg_proc WHERE pronamespace = 'dbos'::regnamespace")
	sameLines(t, "functions", got, []string{
		"enqueue_workflow search_path=pg_catalog, pg_temp",
		"send_message search_path=pg_catalog, pg_temp",
		"notifications_function search_path=pg_catalog, pg_temp",
	})
	mustExec(t, conn, "SET search_path = ''")
	for _, expression := range []string{"dbos.enqueue_workflow('w', 'q', workflow_id => 'id1')", "dbos.send_message('id1', '1')"} {
		if _, err := call(t, conn, expression); err != nil {
			t.Errorf("%s: %v", expression, err)
		}
	}
}

func TestMessagesNotify(t *testing.T) {
	t.Parallel()
	for _, name := range oddNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := pgtest.NewDatabase(t)
			conn, listener := connect(t, address), connect(t, address)
			run(t, conn, schema.Postgres(name, schema.Version))
			mustExec(t, listener, "LISTEN dbos_notifications_channel")
			quoted := pgx.Identifier{name}.Sanitize()
			for _, expression := range []string{
				".enqueue_workflow('w', 'q', workflow_id => 'a::b')", ".send_message('a::b', '1', 't::u')", ".send_message('a::b', '2')",
			} {
				if _, err := call(t, conn, quoted+expression); err != nil {
					t.Fatalf("%s: %v", expression, err)
				}
			}
			mustExec(t, conn, "INSERT INTO "+quoted+".notifications (destination_uuid, message) VALUES ('a::b', '3')")
			for _, want := range []string{"a::b::t::u", "a::b::__null__topic__", "a::b::"} {
				if got := nextPayload(t, listener); got != want {
					t.Errorf("payload %q, want %q", got, want)
				}
			}
		})
	}
}

func nextPayload(t *testing.T, listener *pgx.Conn) string {
	t.Helper()
	if err := listener.PgConn().Conn().SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	notification, err := listener.WaitForNotification(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return notification.Payload
}

// A database for older applications has no table of inputs, and its function must not name one.
func TestEnqueueWorkflowAtTheOlderVersion(t *testing.T) {
	t.Parallel()
	conn := createdIn(t, schema.DefaultName, 107)
	id, err := call(t, conn, "enqueue_workflow('w', 'q', ARRAY['7'::JSON])")
	if err != nil {
		t.Fatal(err)
	}
	if got := workflowRow(t, conn, id)["inputs"]; strings.ReplaceAll(got.(string), " ", "") != `{"positionalArgs":[7],"namedArgs":{}}` {
		t.Errorf("inputs %v", got)
	}
}
