package clienttest_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// twoApplications launches two applications on one database, which share the workflow "both" and
// have one of their own, named like themselves. Each has run both.
func twoApplications(t *testing.T, b clienttest.Backend) (north, south *worker.Worker) {
	t.Helper()
	c := b.NewClient()
	launch := func(name string) *worker.Worker {
		echo := func(r *worker.Run) (any, error) { return r.Step("one", func() (any, error) { return name, nil }) }
		w := launched(t, b, map[string]worker.Workflow{name: echo, "both": echo}, func(c *worker.Config) {
			c.ApplicationName, c.ExecutorID, c.ApplicationVersion = name, name+"-1", name+"-v1"
			c.Queues = []worker.Queue{{Name: name + "-queue"}}
		})
		for _, workflow := range []string{name, "both"} {
			_, err := c.Enqueue(name+"-queue", workflow, 1, client.WithEnqueueWorkflowID(name+"-has-run-"+workflow))
			must(t, err)
		}
		mustDrain(t, w)
		return w
	}
	return launch("north"), launch("south")
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// starts are calls that start workflows of "south" on the queue that all applications poll.
func starts() map[string]func(c client.Client) ([]string, error) {
	const internal = client.InternalQueueName
	one := func(h client.WorkflowHandle[any], err error) ([]string, error) {
		if err != nil {
			return nil, err
		}
		return []string{h.GetWorkflowID()}, nil
	}
	schedule := client.ClientScheduleInput{ScheduleName: "of south", WorkflowName: "south", Schedule: "@hourly", SDK: client.SDKGo}
	return map[string]func(client.Client) ([]string, error){
		"enqueue": func(c client.Client) ([]string, error) { return one(c.Enqueue(internal, "south", 1)) },
		"enqueue many": func(c client.Client) ([]string, error) {
			report, err := c.EnqueueAll(internal, "south", []any{1, 2})
			if err != nil {
				return nil, err
			}
			return []string{report.Results[0].ID, report.Results[1].ID}, nil
		},
		"debounce": func(c client.Client) ([]string, error) {
			return one(c.Debounce("south", "key", 0, 1, client.DebouncerOptions{}))
		},
		"trigger": func(c client.Client) ([]string, error) {
			if err := c.ApplySchedules([]client.ClientScheduleInput{schedule}); err != nil {
				return nil, err
			}
			return one(c.TriggerSchedule(schedule.ScheduleName))
		},
		"fork": func(c client.Client) ([]string, error) {
			return one(c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "south-has-run-south"}))
		},
	}
}

// The application that a workflow is for runs it, and another one that polls first leaves it alone.
func TestNothingIsClaimedByTheWrongApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		north, south := twoApplications(t, b)
		var ids []string
		for name, start := range starts() {
			started, err := start(b.NewClient())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ids = append(ids, started...)
		}
		of := b.NewClient(func(c *client.ClientConfig) { c.AppName = "south" })
		handle, err := of.Enqueue(client.InternalQueueName, "both", 1)
		must(t, err)
		stated, err := b.NewClient().Enqueue(client.InternalQueueName, "both", 1, client.WithEnqueueApplicationName("south"))
		must(t, err)
		ids = append(ids, handle.GetWorkflowID(), stated.GetWorkflowID())
		b.Clock.Advance(time.Second)
		mustDrain(t, north)
		mustDrain(t, south)
		for _, id := range ids {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "SUCCESS", "application_name": "south", "executor_id": "south-1"})
		}
	})
}

// Where nothing shows whose a workflow is, that is said, and refused if the client is strict.
func TestAnUnknownOwnerIsSaid(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		const want = `the applications "north" and "south" share this database, and nothing shows which of them has workflow "both"`
		for name, test := range map[string]struct {
			want    string
			options client.EnqueueOptions
			queue   string
		}{
			"nothing shows it":         {want, client.EnqueueOptions{}, client.InternalQueueName},
			"an unknown application":   {`no application "sout" (did you mean "south"?)`, client.EnqueueOptions{ApplicationName: "sout"}, client.InternalQueueName},
			"the queue of another one": {`queue "north-queue" belongs to the application "north", so "south" never takes`, client.EnqueueOptions{ApplicationName: "south"}, "north-queue"},
		} {
			var log bytes.Buffer
			c := b.NewClient(func(c *client.ClientConfig) { c.Logger, c.SDK = slog.New(slog.NewTextHandler(&log, nil)), client.SDKGo })
			for range 2 {
				_, err := c.Enqueue(test.queue, "both", 1, client.WithEnqueueOptions(test.options))
				must(t, err)
			}
			if said := strings.ReplaceAll(log.String(), `\"`, `"`); strings.Count(said, "\n") != 1 || !strings.Contains(said, test.want) {
				t.Errorf("%s: the log is %q, want one line with %s", name, said, test.want)
			}
			test.options.Strict = true
			if _, err := c.Enqueue(test.queue, "both", 1, client.WithEnqueueOptions(test.options)); !errors.Is(err, client.InvalidOption) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: strict gives %v", name, err)
			}
		}
	})
}

// A client with an application sees its rows and rows without an owner, unless it asks for others.
func TestListsOfAnApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, created_at, updated_at) VALUES ('unowned', 'SUCCESS', 'both', 1, 1)", nil)
		c := b.NewClient(func(c *client.ClientConfig) { c.AppName, c.SDK = "north", client.SDKGo })
		ids := func(opts ...client.ListWorkflowsOption) []string {
			var walked []string
			for w, err := range c.Workflows(append(opts, client.WithPageSize(1))...) {
				must(t, err)
				walked = append(walked, w.ID)
			}
			found, err := c.ListWorkflows(opts...)
			must(t, err)
			listed := make([]string, len(found))
			for i, w := range found {
				listed[i] = w.ID
			}
			if !slices.Equal(walked, listed) {
				t.Errorf("a walk finds %v, a list %v", walked, listed)
			}
			return listed
		}
		own, others := []string{"unowned", "north-has-run-both", "north-has-run-north"}, []string{"south-has-run-both", "south-has-run-south"}
		for what, list := range map[string][2][]string{
			"without options": {ids(), own}, "by application": {ids(client.WithApplicationName("south")), others},
			"by id": {ids(client.WithWorkflowIDs(others)), others},
		} {
			if !slices.Equal(list[0], list[1]) {
				t.Errorf("%s: %v, want %v", what, list[0], list[1])
			}
		}
		versions, err := c.ListApplicationVersions()
		must(t, err)
		latest, err := c.GetLatestApplicationVersion()
		must(t, err)
		if len(versions) != 1 || versions[0].Name != "north-v1" || latest.Name != "north-v1" {
			t.Errorf("the versions are %v, the latest %v", versions, latest)
		}
		if err := c.SetLatestApplicationVersion("south-v1"); !errors.Is(err, client.NonExistentVersion) || !strings.Contains(err.Error(), `"south"`) {
			t.Errorf("another's version: %v", err)
		}
		must(t, c.SetLatestApplicationVersion("north-v1"))
	})
}

// A schedule belongs to the stated application, and keeps its owner; a name that another
// application has is refused.
func TestSchedulesOfAnApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		input := client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "both", Schedule: "@hourly", SDK: client.SDKGo}
		c := b.NewClient(func(c *client.ClientConfig) { c.AppName = "south" })
		must(t, c.CreateSchedule(input))
		input.ApplicationName = "north"
		dry := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		for _, call := range []func() error{
			func() error { return c.CreateSchedule(input) }, func() error { return dry.CreateSchedule(input) },
			func() error { return c.ApplySchedules([]client.ClientScheduleInput{input}) },
			func() error { return dry.ApplySchedules([]client.ClientScheduleInput{input}) },
		} {
			err := call()
			if !errors.Is(err, client.AlreadyExists) || !strings.Contains(fmt.Sprint(err), `schedule "s" belongs to the application "south", not to "north"`) {
				t.Errorf("a name of another application: %v", err)
			}
		}
		input.ApplicationName, input.Schedule = "", "@daily"
		must(t, b.NewClient().ApplySchedules([]client.ClientScheduleInput{input}))
		found, err := b.NewClient().GetSchedule("s")
		must(t, err)
		if found.ApplicationName != "south" || found.Schedule != "0 0 0 * * *" {
			t.Errorf("the schedule is %+v", found)
		}
		other := b.NewClient(func(c *client.ClientConfig) { c.AppName = "north" })
		if list, err := other.ListSchedules(); err != nil || len(list) != 0 {
			t.Errorf("another application sees %v, %v", list, err)
		}
	})
}

// A backfill and a trigger of a schedule without an owner go to the application of the workflow, at
// its own latest version.
func TestRunsOfAnUnownedSchedule(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		b.Exec(`INSERT INTO {workflow_schedules} (schedule_id, schedule_name, workflow_name, schedule, status, context, automatic_backfill, cron_timezone)
			VALUES ('1', 'unowned', 'north', '0 0 * * * *', 'ACTIVE', 'null', FALSE, 'UTC')`, nil)
		handle, err := b.NewClient().TriggerSchedule("unowned")
		must(t, err)
		assertColumns(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"application_name": "north", "application_version": "north-v1"})
		ids, err := b.NewClient().BackfillSchedule("unowned", b.Clock.Now().Add(-2*time.Hour), b.Clock.Now())
		must(t, err)
		for _, id := range ids {
			assertColumns(t, b.Workflow(id), clienttest.Record{"application_name": "north", "application_version": "north-v1"})
		}
	})
}

// A group of one application is not taken over for another, because its key belongs to it.
func TestADebounceOfAnotherApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		twoApplications(t, b)
		call := func(application string) (client.WorkflowHandle[any], error) {
			c := b.NewClient(func(c *client.ClientConfig) { c.SDK = client.SDKGo })
			return c.Debounce("both", "key", time.Minute, application, client.DebouncerOptions{ApplicationName: application})
		}
		first, err := call("south")
		must(t, err)
		again, err := call("south")
		must(t, err)
		if first.GetWorkflowID() != again.GetWorkflowID() {
			t.Error("calls for one application do not meet")
		}
		if _, err := call("north"); !errors.Is(err, client.QueueDeduplicated) {
			t.Errorf("a call for another application: %v", err)
		}
	})
}

// A plain input is written as the owner of the queue reads it, though another application has run a
// workflow of the name.
func TestAPlainInputIsForTheOwnerOfTheQueue(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for i, row := range [][3]string{{"snake", "report", "py_pickle"}, {"gopher", "report", "DBOS_JSON"}} {
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, serialization, application_name, created_at, updated_at)
				VALUES (:id, 'SUCCESS', :name, :codec, :owner, 1, 1)`, map[string]any{"id": fmt.Sprint(i), "name": row[1], "codec": row[2], "owner": row[0]})
			b.Exec(`INSERT INTO {queues} (queue_id, name, application_name) VALUES (:name, :name, :owner)`, map[string]any{"name": "of " + row[0], "owner": row[0]})
		}
		for queue, codec := range map[string]string{"of snake": "portable_json", "of gopher": "DBOS_JSON"} {
			handle, err := b.NewClient().Enqueue(queue, "report", 1)
			must(t, err)
			assertColumns(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"serialization": codec})
		}
	})
}

// An application cannot be stated where no row can name one.
func TestAnApplicationNeedsItsColumn(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		shrink(b)
		_, err := b.NewClient().Enqueue("q", "w", 1, client.WithEnqueueApplicationName("shop"))
		if !errors.Is(err, client.Unsupported) || !strings.Contains(err.Error(), "workflow_status.application_name") {
			t.Errorf("an enqueue: %v", err)
		}
		config := b.Config()
		config.AppName = "shop"
		if c, err := client.NewClient(t.Context(), config); !errors.Is(err, client.Unsupported) {
			t.Errorf("a connection: %v, %v", c, err)
		}
	})
}
