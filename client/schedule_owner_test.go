package client_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A schedule without an owner is loaded by every application of the database, and one that cannot
// read its context starts no more runs. So a new one belongs to the application that it is for, if
// the rows show it.
func TestASchedulesOwner(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "snake", status: "SUCCESS", codec: "py_pickle", owner: "pyapp"},
			shown{workflow: "both", status: "SUCCESS", codec: "py_pickle", owner: "pyapp"},
			shown{workflow: "both", status: "SUCCESS", codec: "DBOS_JSON", owner: "goapp"})
		b.Exec("INSERT INTO {queues} (name, application_name) VALUES ('go-queue', 'goapp'), ('anyones', NULL)", nil)
		c := b.NewClient()
		for name, test := range map[string]struct {
			workflow, queue string
			owner           any
		}{
			"by its queue":        {"both", "go-queue", "goapp"},
			"queue over workflow": {"snake", "go-queue", "goapp"},
			"by its workflow":     {"snake", "", "pyapp"},
			"on a common queue":   {"snake", "anyones", "pyapp"},
		} {
			input := client.ClientScheduleInput{ScheduleName: name, WorkflowName: test.workflow, QueueName: test.queue, Schedule: "0 0 * * *", SDK: client.SDKGo}
			if err := c.CreateSchedule(input); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			input.ScheduleName += ", applied"
			if err := c.ApplySchedules([]client.ClientScheduleInput{input}); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			rows := b.Rows("workflow_schedules", "schedule_name LIKE :name", map[string]any{"name": name + "%"})
			if len(rows) != 2 {
				t.Errorf("%s: %d schedules", name, len(rows))
			}
			for _, row := range rows {
				if row["application_name"] != test.owner {
					t.Errorf("%v: it belongs to %v, not to %v", row["schedule_name"], row["application_name"], test.owner)
				}
			}
		}
	})
}

// A schedule without an owner is refused where an application of another SDK would load it, and
// made where all can read it.
func TestAScheduleThatNobodyOwnsHarmsNobody(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "both", status: "SUCCESS", codec: "py_pickle", owner: "pyapp"},
			shown{workflow: "both", status: "SUCCESS", codec: "DBOS_JSON", owner: "goapp"})
		c := b.NewClient()
		for _, workflow := range []string{"both", "unseen"} {
			input := client.ClientScheduleInput{ScheduleName: workflow, WorkflowName: workflow, Schedule: "0 0 * * *", SDK: client.SDKGo}
			for _, err := range []error{c.CreateSchedule(input), c.ApplySchedules([]client.ClientScheduleInput{input})} {
				fails(t, err, client.Unsupported, `all of them load it, and "pyapp", which is of the Python SDK, cannot read it`)
			}
			input.ApplicationName = "goapp"
			mustDo(t, c.CreateSchedule(input))
		}
	})
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "both", status: "SUCCESS", codec: "DBOS_JSON", owner: "goapp"})
		b.Exec("INSERT INTO {queues} (name, application_name) VALUES ('theirs', 'silent')", nil)
		c := b.NewClient()
		input := client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "unseen", Schedule: "0 0 * * *", SDK: client.SDKGo}
		for _, err := range []error{c.CreateSchedule(input), c.ApplySchedules([]client.ClientScheduleInput{input})} {
			fails(t, err, client.Unsupported, `"silent", of which no row shows the SDK, starts none of its own any more if it cannot read it`)
		}
		input.ApplicationName = "silent"
		mustDo(t, c.CreateSchedule(input))
	})
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "both", status: "SUCCESS", codec: "py_pickle", owner: "pyapp"})
		c := b.NewClient()
		input := client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "unseen", Schedule: "0 0 * * *", SDK: client.SDKGo}
		fails(t, c.CreateSchedule(input), client.Unsupported, `all of them load it, and "pyapp", which is of the Python SDK, cannot read it`)
		input.SDK = client.SDKPython
		mustDo(t, c.CreateSchedule(input))
	})
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.Exec("INSERT INTO {queues} (name, application_name) VALUES ('theirs', 'silent')", nil)
		mustDo(t, b.NewClient().CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "unseen", Schedule: "0 0 * * *", SDK: client.SDKGo}))
	})
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		show(b, shown{workflow: "both", status: "SUCCESS", codec: "DBOS_JSON", owner: "left"},
			shown{workflow: "both", status: "SUCCESS", codec: "DBOS_JSON", owner: "right"})
		mustDo(t, b.NewClient().CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "both", Schedule: "0 0 * * *"}))
	})
}

// A schedule keeps its owner when it is applied again, and one without is claimed for the
// application it is for.
func TestApplyingKeepsTheOwner(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		apply := func(queue string) {
			t.Helper()
			if err := c.ApplySchedules([]client.ClientScheduleInput{{ScheduleName: "s", WorkflowName: "w", QueueName: queue, Schedule: "0 0 * * *", SDK: client.SDKGo}}); err != nil {
				t.Fatal(err)
			}
		}
		owner := func(want any) {
			t.Helper()
			if got := b.Rows("workflow_schedules", "", nil)[0]["application_name"]; got != want {
				t.Errorf("it belongs to %v, not to %v", got, want)
			}
		}
		apply("")
		owner(nil)
		b.Exec("INSERT INTO {queues} (name, application_name) VALUES ('a', 'one'), ('b', 'other')", nil)
		apply("a")
		owner("one")
		apply("b")
		owner("one")
	})
}
