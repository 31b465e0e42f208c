package client_test

import (
	"encoding/base64"
	"fmt"
	"strconv"

	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

// debounced calls a debouncer and gives the id of the workflow.
func debounced(t *testing.T, d *client.DebouncerClient[any, any], key string, delay time.Duration, input any, opts ...client.WorkflowOption) string {
	t.Helper()
	handle, err := d.Debounce(key, delay, input, opts...)
	mustDo(t, err)
	return handle.GetWorkflowID()
}

func debouncer(c client.Client, workflow string, opts ...client.DebouncerOption) *client.DebouncerClient[any, any] {
	return client.NewDebouncerClient[any, any](workflow, c, opts...)
}

// epoch is a time so much after the clock's present, as a row holds it.
func epoch(b clienttest.Backend, after time.Duration) string {
	return strconv.FormatInt(b.Clock.Now().Add(after).UnixMilli(), 10)
}

// inputOf decodes the input of a row.
func inputOf(row clienttest.Record) any {
	text, _ := row["inputs"].(string)
	name, _ := row["serialization"].(string)
	return codec.Encoded{Text: text, Codec: name}.Decode()
}

func TestDebounce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for name, test := range map[string]func(*testing.T, clienttest.Backend, client.Client){
			"first call": debounceFirst, "burst": debounceBurst, "timeout": debounceTimeout, "zero delay": debounceZero,
			"plain holder": debouncePlainHolder, "holder of another name": debounceOtherName, "holder that stays": debounceStayingHolder,
			"holder that goes": debounceGoingHolder, "used id": debounceUsedID, "queue": debounceQueue, "refused": debounceRefused,
			"class and instance": debounceClassAndInstance, "typed": debounceTyped,
		} {
			t.Run(name, func(t *testing.T) { test(t, b.For(t), c) }) // one after the other: they move the clock
		}
	})
}

// debounceFirst compares the whole row with that of an enqueue.
func debounceFirst(t *testing.T, b clienttest.Backend, c client.Client) {
	d := debouncer(c, "first", client.WithDebouncerTimeout(time.Minute), client.WithDebouncerClassName("Mails"), client.WithDebouncerConfigName("eu"))
	id := debounced(t, d, "k", 10*time.Second, "x", client.WithWorkflowID("first-id"), client.WithApplicationVersion("v1"),
		client.WithAuthenticatedUser("ann"), client.WithAssumedRole("admin"), client.WithAuthenticatedRoles([]string{"admin", "reader"}))
	row, now := b.Workflow(id), epoch(b, 0)
	want := clienttest.Record{
		"workflow_uuid": "first-id", "status": "DELAYED", "name": "first", "queue_name": client.InternalQueueName, "inputs": "Ingi", "serialization": "DBOS_JSON",
		"created_at": now, "updated_at": now, "recovery_attempts": "0", "priority": "0", "application_version": "v1", "class_name": "Mails", "config_name": "eu",
		"authenticated_user": "ann", "assumed_role": "admin", "authenticated_roles": `["admin","reader"]`, "deduplication_id": "first/eu-k",
		"delay_until_epoch_ms": epoch(b, 10*time.Second), "debounce_deadline_epoch_ms": epoch(b, time.Minute), "is_debounced": "true",
		"was_forked_from": "false", "rate_limited": "false",
	}
	for column := range row {
		if _, named := want[column]; !named {
			want[column] = nil
		}
	}
	holds(t, row, want)
}

// debounceBurst makes many calls: the first makes the workflow, the last one its input.
func debounceBurst(t *testing.T, b clienttest.Backend, c client.Client) {
	d := debouncer(c, "burst")
	id := debounced(t, d, "k", 10*time.Second, 0, client.WithWorkflowID("burst-id"), client.WithAuthenticatedUser("ann"))
	first := b.Workflow(id)
	for i := range 5 {
		b.Clock.Advance(9 * time.Second)
		if again := debounced(t, d, "k", 10*time.Second, i+1, client.WithWorkflowID("ignored"), client.WithAuthenticatedUser("bob")); again != id {
			t.Fatalf("call %d is of workflow %q, not %q", i+2, again, id)
		}
	}
	row := b.Workflow(id)
	first["inputs"], first["updated_at"], first["delay_until_epoch_ms"] = "NQ==", epoch(b, 0), epoch(b, 10*time.Second)
	holds(t, row, first)
	if other := debounced(t, d, "other", 10*time.Second, 0); other == id {
		t.Error("two keys share a workflow")
	}
	if found, err := c.ListWorkflows(client.WithName("burst")); err != nil || len(found) != 2 {
		t.Errorf("%d workflows for two keys, %v", len(found), err)
	}
}

// debounceTimeout keeps the deadline of the first call, whatever the timeouts of later ones.
func debounceTimeout(t *testing.T, b clienttest.Backend, c client.Client) {
	short, long := debouncer(c, "timeout", client.WithDebouncerTimeout(15*time.Second)), debouncer(c, "timeout", client.WithDebouncerTimeout(time.Hour))
	id := debounced(t, short, "k", 10*time.Second, 0)
	deadline := b.Workflow(id)["debounce_deadline_epoch_ms"].(string)
	for i := range 3 {
		debounced(t, long, "k", 20*time.Second, i)
		debounced(t, debouncer(c, "timeout"), "k", time.Hour, "last")
		holds(t, b.Workflow(id), clienttest.Record{"delay_until_epoch_ms": deadline, "debounce_deadline_epoch_ms": deadline})
	}
	debounced(t, long, "k", time.Second, "soon")
	if row := b.Workflow(id); row["delay_until_epoch_ms"].(string) >= deadline || inputOf(row) != "soon" {
		t.Errorf("a shorter delay does not bring it forward: %v, %v", row["delay_until_epoch_ms"], row["inputs"])
	}
	capped := b.Workflow(debounced(t, short, "long", time.Hour, 0))
	if capped["delay_until_epoch_ms"] != capped["debounce_deadline_epoch_ms"] {
		t.Errorf("the first delay goes beyond the timeout: %v, %v", capped["delay_until_epoch_ms"], capped["debounce_deadline_epoch_ms"])
	}
}

func debounceZero(t *testing.T, b clienttest.Backend, c client.Client) {
	row := b.Workflow(debounced(t, debouncer(c, "zero"), "k", 0, 1))
	holds(t, row, clienttest.Record{"status": "DELAYED", "delay_until_epoch_ms": row["created_at"]})
}

func debouncePlainHolder(t *testing.T, b clienttest.Backend, c client.Client) {
	holder, err := c.Enqueue(client.InternalQueueName, "plain", 1, client.WithEnqueueDeduplicationID("plain-k"), client.WithEnqueueDelay(time.Hour))
	mustDo(t, err)
	before := b.Workflow(holder.GetWorkflowID())
	_, err = debouncer(c, "plain").Debounce("k", time.Second, 2)
	failed := fails(t, err, client.QueueDeduplicated, `deduplication id "plain-k" is held by workflow`)
	if failed.WorkflowID != holder.GetWorkflowID() || failed.QueueName != client.InternalQueueName || failed.DeduplicationID != "plain-k" {
		t.Errorf("the error is of %+v", failed.Details())
	}
	holds(t, b.Workflow(holder.GetWorkflowID()), before)
}

// debounceOtherName has two workflows whose names and keys make one deduplication id.
func debounceOtherName(t *testing.T, b clienttest.Backend, c client.Client) {
	id := debounced(t, debouncer(c, "other"), "name-k", time.Second, 1)
	_, err := debouncer(c, "other-name").Debounce("k", time.Second, 2)
	if failed := fails(t, err, client.QueueDeduplicated, `"other-name-k"`); failed.WorkflowID != id {
		t.Errorf("the error is of %+v", failed.Details())
	}
	if input := inputOf(b.Workflow(id)); input != int64(1) {
		t.Errorf("its input is %v", input)
	}
}

// debounceStayingHolder is a group of an old worker, which keeps the key until it ends.
func debounceStayingHolder(t *testing.T, b clienttest.Backend, c client.Client) {
	d := debouncer(c, "staying")
	id := debounced(t, d, "k", time.Second, 1)
	setState(b, id, client.WorkflowStatusPending)
	_, err := d.Debounce("k", time.Second, 2)
	if failed := fails(t, err, client.QueueDeduplicated, "PENDING"); failed.WorkflowID != id {
		t.Errorf("the error is of %+v", failed.Details())
	}
	if input := inputOf(b.Workflow(id)); input != int64(1) {
		t.Errorf("its input is %v", input)
	}
}

// debounceGoingHolder frees the key while a call waits for it.
func debounceGoingHolder(t *testing.T, b clienttest.Backend, c client.Client) {
	d := debouncer(c, "going")
	id := debounced(t, d, "k", time.Second, 1)
	setState(b, id, client.WorkflowStatusEnqueued)
	freed := make(chan error, 1)
	go func() {
		_, err := b.Database.Exec(t.Context(), `UPDATE {workflow_status} SET deduplication_id = NULL WHERE workflow_uuid = :id`, map[string]any{"id": id})
		freed <- err
	}()
	next := debounced(t, d, "k", time.Second, 2)
	mustDo(t, <-freed)
	if next == id || inputOf(b.Workflow(id)) != int64(1) || inputOf(b.Workflow(next)) != int64(2) {
		t.Errorf("the next group is workflow %q beside %q", next, id)
	}
}

// debounceUsedID finds that a new group cannot have the id of a workflow that exists.
func debounceUsedID(t *testing.T, b clienttest.Backend, c client.Client) {
	d := debouncer(c, "used")
	id := debounced(t, d, "k", time.Second, 1, client.WithWorkflowID("used-id"))
	b.Exec(`UPDATE {workflow_status} SET status = 'SUCCESS', deduplication_id = NULL, created_at = created_at - 1 WHERE workflow_uuid = 'used-id'`, nil)
	before := b.Workflow(id)
	_, err := d.Debounce("k", time.Second, 2, client.WithWorkflowID("used-id"))
	if failed := fails(t, err, client.UnexpectedWorkflow, `workflow "used-id" exists`); failed.WorkflowID != "used-id" {
		t.Errorf("the error is of %+v", failed.Details())
	}
	holds(t, b.Workflow(id), before)
	if other := debounced(t, d, "k", time.Second, 3); other == id {
		t.Error("without the id it is the old workflow")
	}
}

// debounceQueue keeps the keys of two queues apart.
func debounceQueue(t *testing.T, b clienttest.Backend, c client.Client) {
	internal := debounced(t, debouncer(c, "queue"), "k", time.Second, 1)
	slow := debounced(t, debouncer(c, "queue", client.WithDebouncerQueueName("slow")), "k", time.Second, 2)
	holds(t, b.Workflow(internal), clienttest.Record{"queue_name": client.InternalQueueName, "deduplication_id": "queue-k"})
	holds(t, b.Workflow(slow), clienttest.Record{"queue_name": "slow", "deduplication_id": "queue-k"})
}

func debounceRefused(t *testing.T, b clienttest.Backend, c client.Client) {
	d := debouncer(c, "refused")
	for text, opt := range map[string]client.WorkflowOption{
		"a queue cannot be given":                client.WithQueue("q"),
		"a deduplication id cannot be given":     client.WithDeduplicationID("d"),
		"a deduplication policy cannot be given": client.WithDeduplicationPolicy(client.DeduplicationPolicyReturnExisting),
		"a delay option cannot be given":         client.WithDelay(time.Second),
		"a priority cannot be given":             client.WithPriority(1),
		"a partition key cannot be given":        client.WithQueuePartitionKey("p"),
	} {
		_, err := d.Debounce("k", time.Second, 1, opt)
		fails(t, err, client.InvalidOption, text)
	}
	_, emptyKey := d.Debounce("", time.Second, 1)
	fails(t, emptyKey, client.InvalidOption, "the key is empty")
	_, negative := d.Debounce("k", -time.Second, 1)
	fails(t, negative, client.InvalidOption, "the delay -1s is negative")
	_, timeout := debouncer(c, "refused", client.WithDebouncerTimeout(-1)).Debounce("k", time.Second, 1)
	fails(t, timeout, client.InvalidOption, "the timeout -1ns is negative")
	_, nameless := debouncer(c, "").Debounce("k", time.Second, 1)
	fails(t, nameless, client.InvalidOption, "the workflow has no name")
	_, unencodable := d.Debounce("k", time.Second, t.Log)
	fails(t, unencodable, client.InvalidOption, "function")
	if rows := b.Rows("workflow_status", "name = 'refused'", nil); len(rows) != 0 {
		t.Errorf("%d workflows were made", len(rows))
	}
}

// TestDebounceBesideOtherSDKs meets groups that applications of other SDKs have begun, and begins
// those that they will meet. The database is its own, because the rows show which SDK the
// application is written with.
func TestDebounceBesideOtherSDKs(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		debounceBegunGroups(t, b)
		debounceNewGroups(t, b)
	})
}

// debounceBegunGroups writes what the application of the row can read: the first row shows no SDK,
// the others are TypeScript's.
func debounceBegunGroups(t *testing.T, b clienttest.Backend) {
	const begun = `INSERT INTO {workflow_status} (workflow_uuid, status, name, class_name, config_name, queue_name, deduplication_id, inputs, serialization,
	is_debounced, delay_until_epoch_ms, created_at, updated_at)
VALUES (:id, 'DELAYED', :name, :class, 'eu', :queue, :key, 'theirs', :codec, TRUE, 1, 1, 1)`
	class := client.WithDebouncerClassName
	ours := clienttest.Record{"inputs": "Im91cnMi", "serialization": "DBOS_JSON"}
	portable := clienttest.Record{"inputs": `{"namedArgs":{},"positionalArgs":["ours"]}`, "serialization": "portable_json"}
	for i, test := range []struct {
		class  any
		prefix string
		codec  string
		opts   []client.DebouncerOption
		want   clienttest.Record
	}{
		{nil, "foreign", "DBOS_JSON", nil, ours}, // Go, Python
		{nil, ".foreign", "js_superjson", nil, portable},
		{nil, ".foreign", "js_superjson", []client.DebouncerOption{class("")}, portable},
		{"Mails", "Mails.foreign", "js_superjson", []client.DebouncerOption{class("Mails")}, portable},
		{"Mails", "foreign", "js_superjson", []client.DebouncerOption{class("Mails")}, portable}, // by a Go client, for a TypeScript class
		{"Mails", "foreign/eu", "js_superjson", []client.DebouncerOption{client.WithDebouncerConfigName("eu")}, portable},
	} {
		key := fmt.Sprint("begun-", i)
		b.Exec(begun, map[string]any{"id": key, "name": "foreign", "class": test.class, "queue": client.InternalQueueName,
			"key": test.prefix + "-" + key, "codec": test.codec})
		if id := debounced(t, debouncer(b.NewClient(), "foreign", test.opts...), key, time.Second, "ours"); id != key {
			t.Errorf("%s is not met: our workflow is %q", test.prefix, id)
		}
		row := b.Workflow(key)
		holds(t, row, test.want)
		holds(t, row, clienttest.Record{"class_name": test.class})
	}
}

// A group that an application has begun shows which SDK it is, also to a client that had seen
// nothing of it before.
func TestAGroupShowsWhatItsApplicationReads(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueued(t, c, "w", 1) // which looks for evidence, and finds none
		for i, test := range []struct{ prefix, codec, want string }{
			{".wf", "js_superjson", "portable_json"}, {"wf", "js_superjson", "portable_json"}, {"wf", "py_pickle", "portable_json"},
			{"wf", "java_jackson", "portable_json"}, {"wf", "portable_json", "portable_json"}, {"wf", "DBOS_JSON", "DBOS_JSON"}, {".wf", "DBOS_GOB", "DBOS_JSON"},
		} {
			key := fmt.Sprint("k", i)
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, deduplication_id, inputs, serialization,
	is_debounced, delay_until_epoch_ms, created_at, updated_at) VALUES (:id, 'DELAYED', 'wf', :queue, :key, 'theirs', :codec, TRUE, 1, 1, 1)`,
				map[string]any{"id": key, "queue": client.InternalQueueName, "key": test.prefix + "-" + key, "codec": test.codec})
			want := clienttest.Record{"inputs": "Im91cnMi", "serialization": test.want}
			if test.want == "portable_json" {
				want["inputs"] = `{"namedArgs":{},"positionalArgs":["ours"]}`
			}
			for range 2 {
				if id := debounced(t, debouncer(c, "wf"), key, time.Second, "ours"); id != key {
					t.Errorf("%s in %s is not met: our workflow is %q", test.prefix, test.codec, id)
				}
				holds(t, b.Workflow(key), want)
			}
		}
	})
}

func debounceNewGroups(t *testing.T, b clienttest.Backend) {
	for _, test := range []struct{ name, codec, prefix string }{
		{"ran-js", "js_superjson", ".ran-js"}, {"ran-python", "py_pickle", "ran-python"},
		{"ran-go", "DBOS_JSON", "ran-go"}, {"ran-never", "portable_json", "ran-never"},
	} {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, created_at, updated_at) VALUES (:name, 'SUCCESS', :name, :codec, 1, 1)`,
			map[string]any{"name": test.name, "codec": test.codec})
		id := debounced(t, debouncer(b.NewClient(), test.name), "k", time.Second, 1)
		holds(t, b.Workflow(id), clienttest.Record{"deduplication_id": test.prefix + "-k", "class_name": nil})
	}
}

func debounceClassAndInstance(t *testing.T, b clienttest.Backend, c client.Client) {
	class, config := client.WithDebouncerClassName, client.WithDebouncerConfigName
	for want, opts := range map[string][]client.DebouncerOption{
		"named-k": nil, ".named-a": {class("")}, "Mails.named-k": {class("Mails")}, "Posts.named-k": {class("Posts")},
		"named/eu-k": {config("eu")}, "named/us-k": {class("Mails"), config("us")},
	} {
		key := want[len(want)-1:]
		holds(t, b.Workflow(debounced(t, debouncer(c, "named", opts...), key, time.Second, 1)), clienttest.Record{"deduplication_id": want})
	}
	_, err := debouncer(c, "named", class("Other"), config("us")).Debounce("k", time.Second, 2)
	fails(t, err, client.QueueDeduplicated, `"named/us-k"`)
}

func debounceTyped(t *testing.T, b clienttest.Backend, c client.Client) {
	d := client.NewDebouncerClient[string, int]("typed", c, client.WithDebouncerOptions(client.DebouncerOptions{Timeout: time.Minute}))
	if d.WorkflowName != "typed" || d.Client != c || d.Timeout != time.Minute {
		t.Errorf("the debouncer is %+v", d)
	}
	d.Timeout = time.Second
	handle, err := d.Debounce("k", time.Hour, "in")
	mustDo(t, err)
	holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"debounce_deadline_epoch_ms": epoch(b, time.Second)})
	finishWith(b, handle.GetWorkflowID(), client.WorkflowStatusSuccess, "42", nil)
	if result, err := handle.GetResult(); err != nil || result != 42 {
		t.Errorf("the result is %v, %v", result, err)
	}
}

// A key that waits is delayed by one small statement, and a group that has started since leads to a
// new one, with the input of the call.
func TestDebounceOfAKnownKey(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		d := debouncer(c, "known")
		first := debounced(t, d, "k", 10*time.Second, "one")
		b.Clock.Advance(time.Second)
		if again := debounced(t, d, "k", 10*time.Second, "two"); again != first {
			t.Errorf("the second call is group %q, not %q", again, first)
		}
		row := b.Rows("workflow_status", "workflow_uuid = :id", map[string]any{"id": first})[0]
		if want := fmt.Sprint(b.Clock.Now().Add(10 * time.Second).UnixMilli()); row["delay_until_epoch_ms"] != want || row["inputs"] != base64.StdEncoding.EncodeToString([]byte(`"two"`)) {
			t.Errorf("it is delayed to %v with %v, want %s", row["delay_until_epoch_ms"], row["inputs"], want)
		}
		if b.Database.Has("workflow_input", "inputs") {
			if other := b.Rows("workflow_input", "workflow_uuid = :id", map[string]any{"id": first})[0]; other["inputs"] != row["inputs"] {
				t.Errorf("the tables have %v and %v", row["inputs"], other["inputs"])
			}
		}
		b.Exec("UPDATE {workflow_status} SET status = 'SUCCESS', deduplication_id = NULL WHERE workflow_uuid = :id", map[string]any{"id": first})
		if next := debounced(t, d, "k", 10*time.Second, "three"); next == first {
			t.Error("a group that has run is delayed")
		}
		b.Exec("UPDATE {workflow_status} SET is_debounced = :no, name = 'other' WHERE status = 'DELAYED'", map[string]any{"no": false})
		_, err := d.Debounce("k", time.Second, "four")
		fails(t, err, client.QueueDeduplicated, "is held by workflow")
	})
}
