package clienttest_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

// enqueued is the whole row of a workflow that was enqueued without options.
func enqueued(b clienttest.Backend, id string) clienttest.Record {
	row := clienttest.Record{}
	for column := range b.Workflow(id) {
		row[column] = nil
	}
	for column, value := range (clienttest.Record{
		"workflow_uuid": id, "status": "ENQUEUED", "name": "name", "queue_name": queue, "inputs": "eyJhIjoxfQ==", "serialization": "DBOS_JSON",
		"created_at": b.Millis(), "updated_at": b.Millis(), "recovery_attempts": "0", "priority": "0",
		"was_forked_from": "false", "rate_limited": "false", "is_debounced": "false",
	}) {
		row[column] = value
	}
	return row
}

// An option of an enqueue, and the columns it sets.
type enqueueCase struct {
	name    string
	options func(o *client.EnqueueOptions)
	opt     client.EnqueueOption
	columns func(b clienttest.Backend) clienttest.Record
}

func columns(record clienttest.Record) func(clienttest.Backend) clienttest.Record {
	return func(clienttest.Backend) clienttest.Record { return record }
}

func enqueueCases() []enqueueCase {
	return []enqueueCase{
		{"none", func(*client.EnqueueOptions) {}, func(*client.EnqueueOptions) {}, columns(nil)},
		{"workflow id", func(o *client.EnqueueOptions) { o.WorkflowID = "an id/ü" }, client.WithEnqueueWorkflowID("an id/ü"),
			columns(clienttest.Record{"workflow_uuid": "an id/ü"})},
		{"application version", func(o *client.EnqueueOptions) { o.ApplicationVersion = "v1" }, client.WithEnqueueApplicationVersion("v1"),
			columns(clienttest.Record{"application_version": "v1"})},
		{"timeout", func(o *client.EnqueueOptions) { o.Timeout = 1500*time.Millisecond + 600*time.Microsecond },
			client.WithEnqueueTimeout(1500*time.Millisecond + 600*time.Microsecond), columns(clienttest.Record{"workflow_timeout_ms": "1501"})},
		{"deduplication id", func(o *client.EnqueueOptions) { o.DeduplicationID = "dedup" }, client.WithEnqueueDeduplicationID("dedup"),
			columns(clienttest.Record{"deduplication_id": "dedup"})},
		{"priority", func(o *client.EnqueueOptions) { o.Priority = math.MaxInt32 }, client.WithEnqueuePriority(math.MaxInt32),
			columns(clienttest.Record{"priority": "2147483647"})},
		{"class name", func(o *client.EnqueueOptions) { o.ClassName = "Class" }, client.WithEnqueueClassName("Class"),
			columns(clienttest.Record{"class_name": "Class"})},
		{"config name", func(o *client.EnqueueOptions) { o.ConfigName = "config" }, client.WithEnqueueConfigName("config"),
			columns(clienttest.Record{"config_name": "config"})},
		{"delay", func(o *client.EnqueueOptions) { o.Delay = 90 * time.Second }, client.WithEnqueueDelay(90 * time.Second),
			func(b clienttest.Backend) clienttest.Record {
				return clienttest.Record{"status": "DELAYED", "delay_until_epoch_ms": later(b, 90*time.Second)}
			}},
		{"partition key", func(o *client.EnqueueOptions) { o.QueuePartitionKey = "part" }, client.WithEnqueueQueuePartitionKey("part"),
			columns(clienttest.Record{"queue_partition_key": "part"})},
		{"user", func(o *client.EnqueueOptions) { o.AuthenticatedUser = "ada" }, client.WithEnqueueAuthenticatedUser("ada"),
			columns(clienttest.Record{"authenticated_user": "ada"})},
		{"role", func(o *client.EnqueueOptions) { o.AssumedRole = "admin" }, client.WithEnqueueAssumedRole("admin"),
			columns(clienttest.Record{"assumed_role": "admin"})},
		{"roles", func(o *client.EnqueueOptions) { o.AuthenticatedRoles = []string{"a", "b"} }, client.WithEnqueueAuthenticatedRoles([]string{"a", "b"}),
			columns(clienttest.Record{"authenticated_roles": `["a","b"]`})},
	}
}

// merged is the union of records, the last one winning.
func merged(records ...clienttest.Record) clienttest.Record {
	all := clienttest.Record{}
	for _, record := range records {
		for column, value := range record {
			all[column] = value
		}
	}
	return all
}

func TestEnqueueWithEachOptionAlone(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, test := range enqueueCases() {
			handle, err := c.Enqueue(queue, "name", map[string]any{"a": 1}, test.opt)
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
				continue
			}
			id := handle.GetWorkflowID()
			assertRecord(t, test.name, b.Workflow(id), merged(enqueued(b, id), test.columns(b)))
			b.Exec("DELETE FROM {workflow_status}", nil)
		}
	})
}

// The deduplication id cannot go with the partition key, so one of them is left out.
func TestEnqueueWithAllOptions(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, without := range []string{"deduplication id", "partition key"} {
			var options client.EnqueueOptions
			want := clienttest.Record{}
			for _, test := range enqueueCases() {
				if test.name != without {
					test.options(&options)
					want = merged(want, test.columns(b))
				}
			}
			handle, err := client.Enqueue[map[string]any, any](c, queue, "name", map[string]any{"a": 1}, client.WithEnqueueOptions(options))
			if err != nil {
				t.Fatal(err)
			}
			id := handle.GetWorkflowID()
			assertRecord(t, "without "+without, b.Workflow(id), merged(enqueued(b, id), want))
			b.Exec("DELETE FROM {workflow_status}", nil)
		}
	})
}

// Many at once have the row of one, and each its own id, input and deduplication id.
func TestEnqueueMany(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, test := range enqueueCases() {
			if test.name == "workflow id" || test.name == "deduplication id" {
				continue
			}
			options := client.EnqueueManyOptions{WorkflowIDs: []string{"one", "two"}}
			test.options(&options.EnqueueOptions)
			if test.name != "partition key" {
				options.DeduplicationIDs = []string{"d1", "d2"}
			}
			handles, err := c.EnqueueMany(queue, "name", []any{map[string]any{"a": 1}, 2}, client.WithEnqueueManyOptions(options))
			if err != nil || len(handles) != 2 || handles[0].GetWorkflowID() != "one" || handles[1].GetWorkflowID() != "two" {
				t.Fatalf("%s: %v, %v", test.name, handles, err)
			}
			for i, id := range options.WorkflowIDs {
				want := merged(enqueued(b, id), test.columns(b), clienttest.Record{"inputs": []string{"eyJhIjoxfQ==", "Mg=="}[i]})
				if options.DeduplicationIDs != nil {
					want["deduplication_id"] = options.DeduplicationIDs[i]
				}
				assertRecord(t, test.name, b.Workflow(id), want)
			}
			b.Exec("DELETE FROM {workflow_status}", nil)
		}
	})
}

// Inputs that are too large for one statement are all there, each with its own id.
func TestEnqueueManyOfLargeInputs(t *testing.T) {
	t.Parallel()
	const count, each = 5, 3 << 20 // 8 MiB is a statement
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		inputs, options := []any{}, client.EnqueueManyOptions{}
		for i := range count {
			inputs = append(inputs, strings.Repeat(fmt.Sprint(i), each))
			options.WorkflowIDs = append(options.WorkflowIDs, fmt.Sprintf("large-%d", i))
			options.DeduplicationIDs = append(options.DeduplicationIDs, fmt.Sprintf("dedup-%d", i))
		}
		for range 2 { // with fresh ids, and with known ones
			if _, err := c.EnqueueMany(queue, "name", inputs, client.WithEnqueueManyOptions(options)); err != nil {
				t.Fatal(err)
			}
			list, err := c.ListWorkflows(client.WithLoadInput(true))
			if err != nil || len(list) != count {
				t.Fatalf("%d workflows: %v", len(list), err)
			}
			for i, wf := range list {
				if wf.ID != options.WorkflowIDs[i] || wf.DeduplicationID != options.DeduplicationIDs[i] || fmt.Sprint(wf.Input) != inputs[i] {
					t.Errorf("the workflow %d is %s with %s", i, wf.ID, wf.DeduplicationID)
				}
			}
		}
	})
}

func TestEnqueueKeepsEveryInput(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, test := range []struct {
			input         any
			inputs, codec string
		}{
			{nil, codec.NilMarker, codec.DBOSJSON},
			{"m", "Im0i", codec.DBOSJSON},
			{struct {
				A string
				N int
			}{"x", 3}, "eyJBIjoieCIsIk4iOjN9", codec.DBOSJSON},
			{int64(math.MaxInt64), "OTIyMzM3MjAzNjg1NDc3NTgwNw==", codec.DBOSJSON},
			{client.PortableWorkflowArgs{}, `{"namedArgs":{},"positionalArgs":[]}`, codec.PortableJSON},
			{client.PortableWorkflowArgs{PositionalArgs: []any{1, nil}, NamedArgs: map[string]any{"k": []any{}}},
				`{"namedArgs":{"k":[]},"positionalArgs":[1,null]}`, codec.PortableJSON},
		} {
			id := enqueue(t, c, "name", test.input)
			assertColumns(t, b.Workflow(id), clienttest.Record{"inputs": test.inputs, "serialization": test.codec})
		}
	})
}

func TestEnqueueWithBadOptionsInsertsNothing(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for want, call := range map[string]func() error{
			"queue":             func() error { _, err := c.Enqueue("", "w", nil); return err },
			"workflow":          func() error { _, err := c.Enqueue("q", "", nil); return err },
			"go together":       bad(c, client.EnqueueOptions{QueuePartitionKey: "p", DeduplicationID: "d"}),
			"return_existing":   bad(c, client.EnqueueOptions{DeduplicationPolicy: client.DeduplicationPolicyReturnExisting}),
			"policy":            bad(c, client.EnqueueOptions{DeduplicationPolicy: "retrun", DeduplicationID: "d"}),
			"2147483648":        bad(c, client.EnqueueOptions{Priority: math.MaxInt32 + 1}),
			"delay -1s":         bad(c, client.EnqueueOptions{Delay: -time.Second}),
			"timeout -1s":       bad(c, client.EnqueueOptions{Timeout: -time.Second}),
			"input":             func() error { _, err := c.Enqueue("q", "w", map[string]any{"f": math.NaN()}); return err },
			"workflow ids":      badMany(c, client.EnqueueManyOptions{WorkflowIDs: []string{"a"}}),
			"given twice":       badMany(c, client.EnqueueManyOptions{WorkflowIDs: []string{"a", "a"}}),
			"deduplication ids": badMany(c, client.EnqueueManyOptions{DeduplicationIDs: []string{"d"}}),
		} {
			err := call()
			if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), want) {
				t.Errorf("want an error about %q, got %v", want, err)
			}
		}
		if rows := b.Rows("workflow_status", "", nil); len(rows) != 0 {
			t.Errorf("%d rows were inserted", len(rows))
		}
	})
}

func bad(c client.Client, options client.EnqueueOptions) func() error {
	return func() error {
		_, err := c.Enqueue("q", "w", nil, client.WithEnqueueOptions(options))
		return err
	}
}

func badMany(c client.Client, options client.EnqueueManyOptions) func() error {
	return func() error {
		_, err := c.EnqueueMany("q", "w", []any{1, 2}, client.WithEnqueueManyOptions(options))
		return err
	}
}

// From the payload split on, an input is written to both places, where every application finds it.
func TestEnqueueOnSplitTables(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		split(b)
		c := b.NewClient()
		args := client.PortableWorkflowArgs{PositionalArgs: []any{1}}
		one := enqueue(t, c, "name", args)
		ids := append(enqueueMany(t, c, "name", 3, client.EnqueueOptions{}), one)
		for _, id := range ids {
			rows := b.Rows("workflow_input", "workflow_uuid = :id", map[string]any{"id": id})
			if len(rows) != 1 {
				t.Fatalf("%d inputs of %s", len(rows), id)
			}
			assertColumns(t, rows[0], clienttest.Record{"inputs": b.Workflow(id)["inputs"], "retention_timestamp": nil})
		}
		assertColumns(t, b.Workflow(one), clienttest.Record{"inputs": `{"namedArgs":{},"positionalArgs":[1]}`, "creator_xid": nil, "owner_xid": nil})
		list, err := c.ListWorkflows(client.WithWorkflowIDs([]string{one}), client.WithLoadInput(true))
		if err != nil || len(list) != 1 || fmt.Sprint(list[0].Input) != "map[namedArgs:map[] positionalArgs:[1]]" {
			t.Errorf("listed %v, %v", list, err)
		}
	})
}
