package clienttest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/worker"
)

// copiedTables are the tables of a file, with the keys of their rows.
var copiedTables = map[string][]string{
	"workflow_status": {"workflow_uuid"}, "workflow_input": {"workflow_uuid"}, "workflow_output": {"workflow_uuid"},
	"operation_outputs": {"workflow_uuid", "function_id"}, "workflow_events": {"workflow_uuid", "key"},
	"workflow_events_history": {"workflow_uuid", "function_id", "key"}, "streams": {"workflow_uuid", "key", "offset"},
	"notifications": {"message_uuid"},
}

// furnish inserts count workflows of each state, with steps, events, streams and messages, by
// statements of their own: texts with every kind of character, numbers at their limits, and NULLs.
func furnish(b clienttest.Backend, count int) {
	numbers := fmt.Sprintf("(WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d) SELECT n FROM n) AS n", count*7-1)
	states := "CASE n % 7 WHEN 0 THEN 'SUCCESS' WHEN 1 THEN 'ERROR' WHEN 2 THEN 'CANCELLED' WHEN 3 THEN 'PENDING' WHEN 4 THEN 'ENQUEUED' " +
		"WHEN 5 THEN 'DELAYED' ELSE 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' END"
	text := "'{\"card\":\"4111 ' || n || '\", \t\r\n \"text\":\"\u00e9\u2028\U0001F600 \\\\\\\\ <&>\u007f\",\"n\":[9007199254740993,1.50]}'"
	insert := func(table, column, columns, values, rest string) {
		if b.Database.Has(table, column) {
			b.Exec("INSERT INTO {"+table+"} ("+columns+") SELECT "+values+" FROM "+numbers+rest, nil)
		}
	}
	insert("workflow_status", "status", `workflow_uuid, status, name, authenticated_roles, inputs, output, error, executor_id, created_at, updated_at, application_version,
		recovery_attempts, queue_name, workflow_timeout_ms, workflow_deadline_epoch_ms, started_at_epoch_ms, deduplication_id, priority, parent_workflow_id,
		forked_from, owner_xid, serialization, delay_until_epoch_ms, completed_at`,
		`'wf-' || n, `+states+`, 'name ''' || (n % 5), '["a"]', `+text+`, CASE WHEN n % 7 = 0 THEN '""' END, CASE WHEN n % 7 = 1 THEN `+text+` END, 'exec', 1700000000000 + n, 1700000000001 + n, '',
		n % 3, CASE WHEN n % 14 = 3 THEN NULL WHEN n % 14 = 10 THEN '' ELSE 'q' || (n % 2) END, 9223372036854775807, NULL, 1700000000002, CASE WHEN n % 7 IN (3, 4) THEN 'd' || n END, -2147483648 + n,
		CASE WHEN n % 10 = 9 THEN 'wf-' || (n - 1) END, CASE WHEN n % 10 = 8 THEN 'wf-' || (n - 1) END, 'token', CASE WHEN n % 2 = 0 THEN 'portable_json' END, CASE WHEN n % 7 = 5 THEN 1800000000000 + n END, NULL`, "")
	insert("operation_outputs", "function_id", "workflow_uuid, function_id, function_name, output, error, child_workflow_id, started_at_epoch_ms, serialization",
		"'wf-' || n, step, 'step ' || step, CASE WHEN step = 1 THEN NULL ELSE "+text+" END, NULL, 'wf-' || (n + 1), 2147483648, 'js_superjson'", ", (SELECT 0 AS step UNION ALL SELECT 1 UNION ALL SELECT 2) AS s WHERE n % 3 > 0")
	insert("workflow_events", "key", "workflow_uuid, key, value", "'wf-' || n, 'key ' || n, "+text, " WHERE n % 2 = 0")
	insert("workflow_events_history", "key", "workflow_uuid, function_id, key, value", "'wf-' || n, 3, 'key ' || n, "+text, " WHERE n % 2 = 0")
	insert("streams", "key", `workflow_uuid, key, value, "offset", function_id`, "'wf-' || n, 'é', "+text+", at, 5", ", (SELECT 10 AS at UNION ALL SELECT 9) AS s WHERE n % 4 = 0")
	insert("notifications", "message", "destination_uuid, topic, message, created_at_epoch_ms, message_uuid, consumed", "'wf-' || n, NULL, "+text+", 5, 'm' || n, n % 2 = 0", "")
	insert("workflow_input", "inputs", "workflow_uuid, inputs, retention_timestamp", "'wf-' || n, "+text+", 7 + n", " WHERE n % 3 = 0")
	insert("workflow_output", "output", "workflow_uuid, output, error, retention_timestamp", "'wf-' || n, NULL, '', 7", " WHERE n % 7 = 1")
	for column, value := range map[string]string{"attributes": `'{"a": {"b": [1, null]}}'`, "is_debounced": "TRUE", "schedule_name": "'s'", "application_name": "'shop'", "creator_xid": "'x'"} {
		if b.Database.Has("workflow_status", column) {
			if b.Name != "SQLite" && column == "attributes" {
				value = "CAST(" + value + " AS JSONB)"
			}
			b.Exec("UPDATE {workflow_status} SET "+column+" = "+value+" WHERE priority % 4 = 0", nil)
		}
	}
}

// idsOf returns the ids of all workflows.
func idsOf(b clienttest.Backend) (ids []string) {
	for _, row := range b.Rows("workflow_status", "", nil) {
		ids = append(ids, fmt.Sprint(row["workflow_uuid"]))
	}
	return ids
}

func exportOf(t *testing.T, b clienttest.Backend, o client.ExportOptions, ids ...string) ([]byte, *client.ExportReport) {
	t.Helper()
	var file bytes.Buffer
	report, err := b.NewClient(func(c *client.ClientConfig) { c.ReadOnly = true }).ExportWorkflows(ids, &file, client.WithExportOptions(o))
	must(t, err)
	return file.Bytes(), report
}

// contents returns the rows of the tables of a file in a database, by table and key.
func contents(b clienttest.Backend) map[string]map[string]clienttest.Record {
	all := map[string]map[string]clienttest.Record{}
	for table, keys := range copiedTables {
		all[table] = map[string]clienttest.Record{}
		if !b.Database.Has(table, keys[0]) {
			continue
		}
		for _, row := range b.Rows(table, "", nil) {
			var key []string
			for _, column := range keys {
				key = append(key, fmt.Sprint(row[column]))
			}
			all[table][strings.Join(key, "|")] = row
		}
	}
	return all
}

// held returns the row of a workflow as an import stores it.
func held(row clienttest.Record) clienttest.Record {
	row = cloned(row)
	delay := int64(0)
	if text, is := row["delay_until_epoch_ms"].(string); is {
		delay, _ = strconv.ParseInt(text, 10, 64)
	}
	switch status := row["status"]; {
	case status == "PENDING":
		row["started_at_epoch_ms"] = nil
		delay += 190_000_000_000_000
	case status == "ENQUEUED":
		delay += 190_000_000_000_000
	case status == "DELAYED" && delay < 190_000_000_000_000:
		delay += 220_000_000_000_000
	default:
		return row
	}
	row["status"], row["delay_until_epoch_ms"], row["owner_xid"] = "DELAYED", strconv.FormatInt(delay, 10), nil
	if row["queue_name"] == nil || row["queue_name"] == "" {
		row["queue_name"], row["deduplication_id"] = client.InternalQueueName, nil
	}
	if row["is_debounced"] == "true" {
		row["is_debounced"], row["deduplication_id"] = "false", nil
	}
	return row
}

func cloned(row clienttest.Record) clienttest.Record {
	other := clienttest.Record{}
	for column, value := range row {
		other[column] = value
	}
	return other
}

// sameContents compares what two databases hold, by raw SQL. Columns that one of them lacks are
// left out. Where one lacks the tables of payloads, their values are in workflow_status. The rows
// that are expected are changed before: these of workflow_status by change, and all by the others.
func sameContents(t *testing.T, got, want clienttest.Backend, change func(clienttest.Record) clienttest.Record, others ...func(clienttest.Record)) {
	t.Helper()
	found, expected := contents(got), contents(want)
	for _, change := range others {
		for _, rows := range expected {
			for _, row := range rows {
				change(row)
			}
		}
	}
	if want.Database.Has("workflow_input", "inputs") && !got.Database.Has("workflow_input", "inputs") {
		for id, row := range expected["workflow_status"] {
			for _, table := range []string{"workflow_input", "workflow_output"} {
				for column, value := range expected[table][id] {
					if value != nil && column != "retention_timestamp" {
						row[column] = value
					}
				}
			}
		}
		delete(expected, "workflow_input")
		delete(expected, "workflow_output")
	}
	for table := range expected {
		if len(found[table]) != len(expected[table]) {
			t.Errorf("%s has %d rows, want %d", table, len(found[table]), len(expected[table]))
		}
		for key, row := range expected[table] {
			if table == "workflow_status" {
				row = change(row)
			}
			other := found[table][key]
			for column, value := range row {
				if !got.Database.Has(table, column) {
					continue
				}
				if is := other[column]; is != value && !(column == "attributes" && equalJSON(is, value)) {
					t.Errorf("%s.%s of %s is %v, want %v", table, column, key, is, value)
				}
			}
		}
	}
}

func equalJSON(a, b any) bool {
	var one, other any
	return json.Unmarshal([]byte(fmt.Sprint(a)), &one) == nil && json.Unmarshal([]byte(fmt.Sprint(b)), &other) == nil && reflect.DeepEqual(one, other)
}

// Raw SQL finds the same rows in a database and in another one that its export was imported into,
// whatever the versions of their tables. A second import changes nothing.
func TestExportedWorkflowsAreImportedAsTheyWere(t *testing.T) {
	t.Parallel()
	kinds := []string{"SQLite", "SQLite107", "Postgres", "Cockroach"}
	for _, from := range kinds {
		for _, to := range kinds {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				source, target := clienttest.On(t, from), clienttest.On(t, to)
				furnish(source, 30)
				before := contents(source)
				file, report := exportOf(t, source, client.ExportOptions{Compress: from == to}, idsOf(source)...)
				if report.Workflows != 210 || len(report.Unknown) > 0 || report.Added > 0 || report.Whole > 0 {
					t.Errorf("exported: %+v", report)
				}
				if after := contents(source); !reflect.DeepEqual(after, before) {
					t.Error("the export has changed the source")
				}
				for again := range 2 {
					imported, err := target.NewClient().ImportWorkflows(bytes.NewReader(file))
					must(t, err)
					if again == 0 && (imported.Count(client.OutcomeChanged) != 210 || imported.Held != 90 || len(imported.Differ)+len(imported.Freed) > 0) {
						t.Errorf("imported: %s, freed %v", imported, imported.Freed)
					}
					if again == 1 && (imported.Count(client.OutcomeUnchanged) != 210 || len(imported.Differ) > 0) {
						t.Errorf("imported again: %s, %+v", imported, imported.Results[:3])
					}
					sameContents(t, target, source, held)
				}
				if from == to && from != "Cockroach" { // and the source knows its own
					imported, err := source.NewClient().ImportWorkflows(bytes.NewReader(file))
					must(t, err)
					if imported.Count(client.OutcomeUnchanged) != 210 || len(imported.Differ) > 0 {
						t.Errorf("imported into the source: %s", imported)
					}
				}
			})
		}
	}
}

// maskedCards is the text of furnish in a row as the rule "card" leaves it.
func maskedCards(row clienttest.Record) {
	for column, value := range row {
		if text, is := value.(string); is {
			row[column] = cardNumber.ReplaceAllString(text, `"card":"***"`)
		}
	}
}

var cardNumber = regexp.MustCompile(`"card":"4111 \d+"`)

// Ten thousand workflows go from Postgres to SQLite and back: with a round trip for a hundred of
// them, and equal to the first but for masked fields. No executor takes one of
// them, whatever its queue is.
func TestTenThousandWorkflowsThereAndBack(t *testing.T) {
	t.Parallel()
	source, laptop, back := clienttest.On(t, "Postgres"), clienttest.On(t, "SQLite"), clienttest.On(t, "Postgres")
	furnish(source, 1429)
	const most, count = 100, 1429 * 7
	proxy := pgproxy.New(t, source.Config().DatabaseURL, pgproxy.Options{})
	source, back = source.Behind(proxy.URL()), back.Behind(proxy.URL())
	from, rules := source, []string{"card"}
	for _, to := range []clienttest.Backend{laptop, back} {
		ids := idsOf(from)
		proxy.Reset()
		file, exported := exportOf(t, from, client.ExportOptions{Mask: rules}, ids...)
		written := proxy.Trips()
		report := imported(t, to, file)
		trips := proxy.Trips()
		t.Logf("%s: %d workflows with %d rows: %d round trips of the export, %d of the import", to.Name, exported.Workflows, exported.Rows, written, trips-written)
		if trips > most || exported.Workflows != count || report.Count(client.OutcomeChanged) != count || exported.Whole > 0 {
			t.Errorf("%+v, %s with %d round trips", exported, report, trips)
		}
		if len(rules) > 0 && exported.Masked["card"] == 0 {
			t.Errorf("nothing is masked: %+v", exported)
		}
		sameContents(t, to, source, held, maskedCards)
		from, rules = to, nil
	}
	ran := 0
	w := back.NewWorker(func(c *worker.Config) {
		c.Queues = []worker.Queue{{Name: "q0"}, {Name: "q1"}}
		c.ApplicationVersion = ""
	})
	for n := range 5 {
		w.Register(fmt.Sprintf("name '%d", n), func(*worker.Run) (any, error) { ran++; return nil, nil }, worker.RegisterOptions{})
	}
	must(t, w.Launch(t.Context()))
	back.Clock.Advance(10 * 365 * 24 * time.Hour)
	mustDrain(t, w)
	if started := back.Rows("workflow_status", "started_at_epoch_ms > 1700000000002", nil); ran > 0 || len(started) > 0 || len(inState(back, "DELAYED")) != count*3/7 {
		t.Errorf("%d run, %d have started, %d are held", ran, len(started), len(inState(back, "DELAYED")))
	}
}

// The file is that of docs/formats/export.md, read here without the code that wrote it: raw SQL
// returns the same rows.
func TestTheFileHoldsTheRows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		furnish(b, 3)
		file, report := exportOf(t, b, client.ExportOptions{}, append(idsOf(b), "missing")...)
		lines := strings.Split(strings.TrimSuffix(string(file), "\n"), "\n")
		var header struct {
			Version   int `json:"dbos_export"`
			Workflows int
			Tables    []struct {
				Name    string
				Columns []string
			}
		}
		must(t, json.Unmarshal([]byte(lines[0]), &header))
		if header.Version != 1 || header.Workflows != 21 || !slices.Equal(report.Unknown, []string{"missing"}) || report.Rows != len(lines)-2 {
			t.Errorf("header %+v, report %+v", header, report)
		}
		if want := fmt.Sprintf(`{"end":{"workflows":21,"rows":%d}}`, len(lines)-2); lines[len(lines)-1] != want {
			t.Errorf("the end is %s, want %s", lines[len(lines)-1], want)
		}
		want, ids := contents(b), []string{}
		for _, line := range lines[1 : len(lines)-1] {
			var row map[string]map[string]any
			decoder := json.NewDecoder(strings.NewReader(line))
			decoder.UseNumber()
			must(t, decoder.Decode(&row))
			for table, values := range row {
				var key []string
				for _, column := range copiedTables[table] {
					key = append(key, fmt.Sprint(values[column]))
				}
				stored := want[table][strings.Join(key, "|")]
				for column, value := range stored {
					if is := values[column]; is == nil != (value == nil) || is != nil && fmt.Sprint(is) != value {
						t.Errorf("%s.%s of %v is %v, want %v", table, column, key, is, value)
					}
				}
				delete(want[table], strings.Join(key, "|"))
				if table == "workflow_status" {
					ids = append(ids, fmt.Sprint(values["workflow_uuid"]))
				}
			}
		}
		for table, rows := range want {
			if len(rows) > 0 {
				t.Errorf("%d rows of %s are not in the file", len(rows), table)
			}
		}
		if !sort.StringsAreSorted(ids) {
			t.Errorf("the ids do not ascend: %v", ids)
		}
	})
}
