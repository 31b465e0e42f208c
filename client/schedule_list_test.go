package client_test

import (
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

func TestListSchedules(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for name, workflow := range map[string]string{"a_1": "report", "ax2": "report", "A_3": "digest", "b%4": "digest", "bb5": "mail"} {
			input := hourly(name)
			input.WorkflowName = workflow
			mustDo(t, c.CreateSchedule(input))
		}
		mustDo(t, c.PauseSchedule("a_1"))
		mustDo(t, c.PauseSchedule("bb5"))
		b.Exec(`UPDATE {workflow_schedules} SET application_name = 'shop' WHERE schedule_name IN ('ax2', 'b%4')`, nil)
		for name, test := range map[string]struct {
			options []client.ListSchedulesOption
			want    []string
		}{
			"all":                   {nil, []string{"A_3", "a_1", "ax2", "b%4", "bb5"}},
			"paused":                {options(client.WithScheduleStatuses(client.ScheduleStatusPaused)), []string{"a_1", "bb5"}},
			"in either state":       {options(client.WithScheduleStatuses(client.ScheduleStatusPaused, client.ScheduleStatusActive)), []string{"A_3", "a_1", "ax2", "b%4", "bb5"}},
			"of a workflow":         {options(client.WithScheduleWorkflowNames("digest")), []string{"A_3", "b%4"}},
			"of two workflows":      {options(client.WithScheduleWorkflowNames("digest", "mail")), []string{"A_3", "b%4", "bb5"}},
			"by name":               {options(client.WithScheduleNames("ax2", "nobody")), []string{"ax2"}},
			"a wildcard is none":    {options(client.WithScheduleNamePrefixes("a_")), []string{"a_1"}},
			"nor is this one":       {options(client.WithScheduleNamePrefixes("b%")), []string{"b%4"}},
			"of two prefixes":       {options(client.WithScheduleNamePrefixes("A", "bb")), []string{"A_3", "bb5"}},
			"of an application":     {options(client.WithScheduleApplicationNames("shop")), []string{"ax2", "b%4"}},
			"all conditions":        {options(client.WithScheduleStatuses(client.ScheduleStatusPaused), client.WithScheduleWorkflowNames("report"), client.WithScheduleNamePrefixes("a")), []string{"a_1"}},
			"no status":             {options(client.WithScheduleStatuses()), nil},
			"no workflow":           {options(client.WithScheduleWorkflowNames()), nil},
			"no prefix":             {options(client.WithScheduleNamePrefixes()), nil},
			"an empty text is none": {options(client.WithScheduleNamePrefixes(""), client.WithScheduleNames("")), []string{"A_3", "a_1", "ax2", "b%4", "bb5"}},
			"all at once":           {options(client.WithListSchedulesOptions(client.ListSchedulesOptions{ScheduleName: []string{"bb5"}})), []string{"bb5"}},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				found, err := c.ListSchedules(test.options...)
				mustDo(t, err)
				if found == nil {
					t.Error("the list is nil, not empty")
				}
				var names []string
				for _, schedule := range found {
					names = append(names, schedule.ScheduleName)
				}
				if !slices.Equal(names, test.want) {
					t.Errorf("got %v, want %v", names, test.want)
				}
			})
		}
	})
}

func options(list ...client.ListSchedulesOption) []client.ListSchedulesOption { return list }

// A database from before schedules had owners lists them, but not by owner.
func TestSchedulesWithoutOwner(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
		b.Alter(`ALTER TABLE {workflow_schedules} DROP COLUMN application_name`)
		c := b.NewClient()
		mustDo(t, c.CreateSchedule(hourly("old")))
		if found, err := c.ListSchedules(client.WithScheduleNames("old")); err != nil || len(found) != 1 || found[0].ApplicationName != "" {
			t.Errorf("got %v, %v", found, err)
		}
		_, err := c.ListSchedules(client.WithScheduleApplicationNames("shop"))
		fails(t, err, client.Unsupported, "workflow_schedules.application_name")
		handle, err := c.TriggerSchedule("old")
		mustDo(t, err)
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"schedule_name": "old", "application_name": nil})
	})
}
