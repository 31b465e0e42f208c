package schema_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// atVersion107 lists the contract's columns at version 107.
func atVersion107() []schema.Column { return columnsAt(107) }

func columnsAt(version int) []schema.Column {
	var columns []schema.Column
	for _, line := range expectedColumns(onPostgres, version) {
		table, rest, _ := strings.Cut(line, ".")
		columns = append(columns, schema.Column{Table: table, Column: strings.Fields(rest)[0]})
	}
	return columns
}

// atVersion37 lists the columns at version 37, without the table that not every SDK makes: a client
// needs these.
func atVersion37() []schema.Column {
	return slices.DeleteFunc(columnsAt(37), func(c schema.Column) bool { return c.Table == "event_dispatch_kv" })
}

func remove(columns []schema.Column, gone ...schema.Column) []schema.Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c schema.Column) bool { return slices.Contains(gone, c) })
}

func TestCheckNamesExactlyWhatIsMissing(t *testing.T) {
	t.Parallel()
	required := slices.DeleteFunc(atVersion37(), func(c schema.Column) bool { return c.Table == "dbos_migrations" })
	rapid.Check(t, func(t *rapid.T) {
		gone := rapid.SliceOfNDistinct(rapid.SampledFrom(required), 1, 5, rapid.ID[schema.Column]).Draw(t, "gone")
		err := schema.NewShape(remove(atVersion107(), gone...), 36).Check()
		old, ok := errors.AsType[*schema.TooOldError](err)
		if !ok {
			t.Fatalf("without %v: %v", gone, err)
		}
		var want []string
		for _, column := range gone {
			want = append(want, column.String())
		}
		if !slices.Equal(slices.Sorted(slices.Values(old.Missing)), slices.Sorted(slices.Values(want))) {
			t.Fatalf("missing %v, reported %v", want, old.Missing)
		}
		for _, name := range want {
			if !strings.Contains(err.Error(), name) {
				t.Fatalf("%q does not name %s", err, name)
			}
		}
	})
}

func TestCheckAsksForNothingLaterThan37(t *testing.T) {
	t.Parallel()
	for _, version := range []int64{1, 37, 61, 999} {
		if err := schema.NewShape(atVersion37(), version).Check(); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

func TestCheckSaysWhatKindOfDatabaseItIs(t *testing.T) {
	t.Parallel()
	versionTable := schema.Column{Table: "dbos_migrations", Column: "version"}
	noQueues := slices.DeleteFunc(atVersion107(), func(c schema.Column) bool { return c.Table == "queues" })
	for name, test := range map[string]struct {
		columns []schema.Column
		version int64
		want    string
	}{
		"nothing":                 {nil, 0, "no DBOS system database here; `dbos-script db init` creates one"},
		"an empty version table":  {[]schema.Column{versionTable}, 0, "no DBOS system database here"},
		"no version table":        {remove(atVersion107(), versionTable), 0, "without a version: found application_versions, event_dispatch_kv, "},
		"tables without a row":    {atVersion107(), 0, "no row in dbos_migrations"},
		"a table less":            {noQueues, 20, "this database lacks table queues (its schema version is 20)"},
		"a version without table": {[]schema.Column{versionTable}, 3, "lacks table workflow_status, table operation_outputs, "},
	} {
		err := schema.NewShape(test.columns, test.version).Check()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
		if empty := schema.NewShape(test.columns, test.version).Empty(); empty != errors.Is(err, schema.ErrEmpty) {
			t.Errorf("%s: Empty is %v, Check says %v", name, empty, err)
		}
	}
	if err := (schema.Shape{}).Check(); !errors.Is(err, schema.ErrEmpty) {
		t.Errorf("the zero shape: %v", err)
	}
	if err := schema.NewShape(remove(atVersion107(), versionTable), 0).Check(); !errors.Is(err, schema.ErrUnversioned) {
		t.Errorf("without a version table: %v", err)
	}
}

// The TypeScript SDK's databases, measured: what each version has more than 37, and what it has
// beside the contract.
func TestTypeScriptDatabasesAreRecognised(t *testing.T) {
	t.Parallel()
	scheduled := []schema.Column{{Table: "workflow_status", Column: "attributes"}, {Table: "workflow_status", Column: "schedule_name"}}
	debounced := append(slices.Clone(scheduled), schema.Column{Table: "workflow_status", Column: "debounce_deadline_epoch_ms"},
		schema.Column{Table: "workflow_status", Column: "is_debounced"})
	legacy := []schema.Column{{Table: "workflow_inputs", Column: "inputs"}, {Table: "workflow_queue", Column: "queue_name"}}
	for version, test := range map[int64]struct {
		columns  []schema.Column
		supports []schema.Capability
	}{
		61:  {slices.Concat(atVersion37(), legacy), nil},
		63:  {slices.Concat(atVersion37(), legacy, scheduled), until(schema.ScheduleName)},
		66:  {slices.Concat(atVersion37(), legacy, debounced), until(schema.Debounce)},
		107: {atVersion107(), until(schema.StepApplication)},
		114: {slices.Concat(atVersion107(), partitioned(), split()), until(schema.PayloadSplit)},
		123: {slices.Concat(atVersion107(), partitioned(), split(), marked()), schema.Capabilities()},
		125: {columnsAt(125), schema.Capabilities()},
	} {
		shape := schema.NewShape(test.columns, version)
		if err := shape.Check(); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
		for _, capability := range schema.Capabilities() {
			want := slices.Contains(test.supports, capability)
			if got := shape.Supports(capability); got != want {
				t.Errorf("version %d: %s = %v (missing %q)", version, capability, got, shape.Missing(capability))
			}
		}
	}
}

// Each version can do what its columns allow, whatever number the database records.
func TestEveryVersionIsJudgedByItsColumns(t *testing.T) {
	t.Parallel()
	since := map[schema.Capability]int{
		schema.Attributes: 40, schema.ScheduleName: 41, schema.Debounce: 42, schema.ApplicationName: 100, schema.QueueApplication: 101,
		schema.ScheduleApplication: 102, schema.VersionApplication: 103, schema.StepApplication: 104, schema.PartitionLimits: 108,
		schema.PayloadSplit: 109, schema.MessageConsumer: 121, schema.CreatorXID: 123,
	}
	for version := 37; version <= schema.Version; version++ {
		for _, recorded := range []int64{1, int64(version), 999} {
			shape := schema.NewShape(columnsAt(version), recorded)
			if err := shape.Check(); err != nil {
				t.Errorf("version %d, recorded as %d: %v", version, recorded, err)
			}
			for _, capability := range schema.Capabilities() {
				if got, want := shape.Supports(capability), version >= since[capability]; got != want {
					t.Errorf("version %d, recorded as %d: %s = %v", version, recorded, capability, got)
				}
			}
		}
	}
}

// until returns the capabilities up to the last one of a version.
func until(last schema.Capability) []schema.Capability {
	all := schema.Capabilities()
	return all[:slices.Index(all, last)+1]
}

func partitioned() []schema.Column {
	return []schema.Column{
		{Table: "queues", Column: "partition_concurrency"}, {Table: "queues", Column: "partition_worker_concurrency"},
		{Table: "queues", Column: "partition_rate_limit_max"}, {Table: "queues", Column: "partition_rate_limit_period_sec"},
	}
}

func split() []schema.Column {
	return []schema.Column{
		{Table: "workflow_input", Column: "workflow_uuid"}, {Table: "workflow_input", Column: "inputs"},
		{Table: "workflow_output", Column: "workflow_uuid"}, {Table: "workflow_output", Column: "output"},
		{Table: "workflow_output", Column: "error"},
	}
}

func marked() []schema.Column {
	return []schema.Column{
		{Table: "notifications", Column: "consumed_by_function_id"}, {Table: "workflow_status", Column: "creator_xid"},
	}
}

func TestMissingNamesTheColumns(t *testing.T) {
	t.Parallel()
	shape := schema.NewShape(atVersion37(), 37)
	for capability, want := range map[schema.Capability]string{
		schema.Attributes:       "workflow_status.attributes",
		schema.Debounce:         "workflow_status.debounce_deadline_epoch_ms, workflow_status.is_debounced",
		schema.QueueApplication: "queues.application_name",
		schema.PayloadSplit: "workflow_input.workflow_uuid, workflow_input.inputs, " +
			"workflow_output.workflow_uuid, workflow_output.output, workflow_output.error",
		"no such thing": "",
	} {
		if got := shape.Missing(capability); got != want {
			t.Errorf("%s: missing %q, want %q", capability, got, want)
		}
		if shape.Supports(capability) {
			t.Errorf("%s is supported", capability)
		}
	}
	if all := schema.NewShape(atVersion107(), 107); all.Missing(schema.Attributes) != "" {
		t.Error("attributes are missing at 107")
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	shape := schema.NewShape([]schema.Column{{Table: "queues", Column: "name"}}, 1)
	for _, test := range []struct {
		table, column string
		want          bool
	}{{"queues", "name", true}, {"queues", "names", false}, {"queue", "name", false}} {
		if got := shape.Has(test.table, test.column); got != test.want {
			t.Errorf("%s.%s = %v", test.table, test.column, got)
		}
	}
	if !shape.HasTable("queues") || shape.HasTable("queue") || shape.HasVersionTable() {
		t.Error("tables are told apart wrongly")
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]string{
		"dbos": "", "My-Schema": "", `it's "odd"`: "", strings.Repeat("x", 63): "",
		"":                      "empty",
		"a\x00b":                "zero byte",
		"pg_mine":               "reserved",
		strings.Repeat("é", 32): "longer than Postgres' 63 bytes",
	} {
		if got := fmt.Sprint(schema.CheckName(name)); (wrong == "") != (got == "<nil>") || !strings.Contains(got, wrong) {
			t.Errorf("%q: %s", name, got)
		}
	}
}
