package client_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

func triggerTwice(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "trigger", "@yearly", func(i *client.ClientScheduleInput) { i.Context = "now" })
	var ids []string
	for range 2 {
		at := b.Clock.Advance(123456789 * time.Nanosecond)
		handle, err := c.TriggerSchedule("trigger")
		mustDo(t, err)
		text := at.UTC().Format(time.RFC3339Nano)
		if want := sched("trigger", "trigger-"+text); handle.GetWorkflowID() != want {
			t.Errorf("the id is %q, want %q", handle.GetWorkflowID(), want)
		}
		ids = append(ids, handle.GetWorkflowID())
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{
			"status": "ENQUEUED", "name": "report", "queue_name": client.InternalQueueName, "schedule_name": "trigger", "serialization": "DBOS_JSON",
			"inputs": base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf(`{"scheduled_time":%q,"context":"now"}`, text))),
		})
	}
	if ids[0] == ids[1] {
		t.Error("two triggers have one id")
	}
}

func triggerPaused(t *testing.T, b clienttest.Backend, c client.Client) {
	defined(t, c, "standing", "@yearly")
	mustDo(t, c.PauseSchedule("standing"))
	for range 2 { // at the same instant they are one
		_, err := c.TriggerSchedule("standing")
		mustDo(t, err)
	}
	if rows := b.Rows("workflow_status", "schedule_name = 'standing'", nil); len(rows) != 1 {
		t.Errorf("%d rows, want 1", len(rows))
	}
}

const registerVersion = `
INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at, application_name)
VALUES (:name, :name, :at, :at, :owner)`

// Runs are pinned to the latest version of the application that owns the schedule.
func TestScheduledVersion(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, scheduledVersion)
}

func scheduledVersion(t *testing.T, b clienttest.Backend) {
	versions := map[any]string{nil: "bank-9", "shop": "shop-2", "nobody": "anyone"}
	name := func(owner any) string { return fmt.Sprintf("version-%v", owner) }
	for owner := range versions {
		defined(t, b.NewClient(), name(owner), "@hourly")
	}
	for owner := range versions {
		b.Exec(`UPDATE {workflow_schedules} SET application_name = :owner WHERE schedule_name = :name`, map[string]any{"owner": owner, "name": name(owner)})
	}
	for at, version := range []struct {
		name  string
		owner any
	}{{"anyone", nil}, {"shop-1", "shop"}, {"shop-2", "shop"}, {"bank-9", "bank"}} {
		b.Exec(registerVersion, map[string]any{"name": version.name, "owner": version.owner, "at": int64(at + 1)})
	}
	c := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
	for owner, want := range versions {
		handle, err := c.TriggerSchedule(name(owner))
		mustDo(t, err)
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"application_version": want, "application_name": owner})
	}
}

// scheduledContext is what the runs get, in the form that their application reads.
func scheduledContext(t *testing.T, b clienttest.Backend, c client.Client) {
	const tick = `2026-01-01T01:00:00Z`
	superjson := `{"json":{"hello":1},"__dbos_serializer":"superjson"}`
	pickle := func(context string) string {
		return `{"args":["2026-01-01T01:00:00.000Z",` + context + `],"kwargs":{}}`
	}
	spelled := map[string]string{"DBOS_JSON": tick, "js_superjson": "2026-01-01T01:00:00.000Z", "py_pickle": "2026-01-01T01:00:00+00:00", "java_jackson": "2026-01-01T01:00Z"}
	for name, test := range map[string]struct {
		sdk            client.SDK
		workflow       string
		class, context any
		input, codec   string
	}{
		"go":         {client.SDKGo, "plain", nil, `{"b":[1,null],"a":12345678901234567890}`, `{"scheduled_time":"` + tick + `","context":{"a":12345678901234567890,"b":[1,null]}}`, "DBOS_JSON"},
		"go nothing": {client.SDKGo, "plain", nil, `null`, `{"scheduled_time":"` + tick + `"}`, "DBOS_JSON"},
		"of a class": {client.SDKGo, "plain", "Reports", `{"z":1}`, `{"scheduled_time":"` + tick + `","context":{"z":1}}`, "DBOS_JSON"},
		"typescript": {client.SDKTypeScript, "plain", "", superjson, `{"json":["2026-01-01T01:00:00.000Z",{"hello":1}],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`, "js_superjson"},
		"python":     {client.SDKPython, "plain", nil, "gASVDgAAAAAAAAB9lIwFaGVsbG+USwFzLg==", pickle(`{"hello":1}`), "py_pickle"},
		"java":       {client.SDKJava, "plain", "com.shop.Reports", `{"@class":"java.util.HashMap","hello":1}`, `["[Ljava.lang.Object;",[["java.time.Instant","` + tick + `"],{"@class":"java.util.HashMap","hello":1}]]`, "java_jackson"},
		"ran in ts":  {"", "ran-ts", nil, `null`, `{"json":["2026-01-01T01:00:00.000Z",null],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`, "js_superjson"},
		"ran in py":  {"", "ran-py", nil, `null`, pickle(`null`), "py_pickle"},
		"ran in go":  {"", "ran-go", nil, `null`, `{"scheduled_time":"` + tick + `"}`, "DBOS_JSON"},
		"not ran ts": {"", "unknown", nil, superjson, `{"json":["2026-01-01T01:00:00.000Z",{"hello":1}],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`, "js_superjson"},
	} {
		for workflow, serialization := range map[string]any{"ran-ts": "js_superjson", "ran-py": nil, "ran-go": "DBOS_JSON"} {
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, inputs, created_at, updated_at)
				VALUES (:name, 'SUCCESS', :name, :codec, 'gAR9Lg==', 1, 1) ON CONFLICT (workflow_uuid) DO NOTHING`, map[string]any{"name": workflow, "codec": serialization})
		}
		name := "context " + name
		b.Exec(strings.NewReplacer("'tick'", "'"+test.workflow+"'", "*/2 * * * * *", "0 0 * * * *").Replace(insertForeign),
			map[string]any{"name": name, "class": test.class, "context": test.context, "fired": nil, "zone": ""})
		id := sched(name, spelled[test.codec])
		backfill(t, b.NewClient().WithSDK(test.sdk), name, day(0, 0, 0), day(2, 0, 0), id)
		row := b.Workflow(id)
		if test.codec == "DBOS_JSON" {
			test.input = base64.StdEncoding.EncodeToString([]byte(test.input))
		}
		if test.codec == "py_pickle" {
			row["inputs"], _ = codec.EncodeJSON(codec.Encoded{Text: row["inputs"].(string), Codec: codec.Pickle}.Decode(), "")
		}
		class := test.class
		if class == "" {
			class = nil
		}
		holds(t, row, clienttest.Record{"inputs": test.input, "serialization": test.codec, "class_name": class})
	}
}
