package client_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// sales inserts workflows of two names in three states over three hours, with steps.
func sales(b clienttest.Backend) {
	hour := time.Hour.Milliseconds()
	for i, row := range []struct {
		name, status, owner string
		created, wait, took int64
	}{
		{"sell", "SUCCESS", "shop", 0, 10, 100}, {"sell", "SUCCESS", "shop", 1, 30, 90}, {"sell", "ERROR", "mall", hour, 20, 50},
		{"buy", "ENQUEUED", "", 2*hour + 5, -1, -1}, {"buy", "SUCCESS", "shop", 2 * hour, 40, 400},
	} {
		args := map[string]any{"id": fmt.Sprint("sale-", i), "name": row.name, "status": row.status, "created": row.created, "owner": nil, "started": nil, "ended": nil}
		if row.owner != "" {
			args["owner"] = row.owner
		}
		if row.wait >= 0 {
			args["started"], args["ended"] = row.created+row.wait, row.created+row.took
		}
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, name, status, application_name, created_at, updated_at, started_at_epoch_ms, completed_at)
			VALUES (:id, :name, :status, :owner, :created, :created, :started, :ended)`, args)
		failure := any(nil)
		if row.status == "ERROR" {
			failure = "no money"
		}
		if row.wait >= 0 {
			b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, error, started_at_epoch_ms, completed_at_epoch_ms, application_name)
				VALUES (:id, 0, :step, :error, :from, :to, :owner)`, map[string]any{"id": args["id"], "step": "pay-" + row.name, "error": failure,
				"from": args["started"], "to": args["ended"], "owner": args["owner"]})
		}
	}
}

func shownText(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func shownNumber(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

func shownTime(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return at.Format("15:04:05.000")
}

// Workflows are grouped by columns and by time, and the figures are those of each group.
func TestWorkflowAggregates(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		sales(b)
		all := []string{"count", "min_created_at", "max_queue_wait_ms", "max_total_latency_ms"}
		for what, test := range map[string]struct {
			input client.WorkflowAggregatesInput
			app   string
			want  []string
		}{
			"by status": {input: client.WorkflowAggregatesInput{GroupBy: []string{"status"}}, want: []string{
				"ENQUEUED - - - - 1 - - -", "ERROR - - - - 1 - - -", "SUCCESS - - - - 3 - - -"}},
			"by name and status": {input: client.WorkflowAggregatesInput{GroupBy: []string{"name", "status"}, Select: all}, want: []string{
				"ENQUEUED buy - - - 1 02:00:00.005 - -", "ERROR sell - - - 1 01:00:00.000 20 50",
				"SUCCESS buy - - - 1 02:00:00.000 40 400", "SUCCESS sell - - - 2 00:00:00.000 30 100"}},
			"by hour": {input: client.WorkflowAggregatesInput{TimeBucket: time.Hour}, want: []string{
				"- - - - 00:00:00.000 2 - - -", "- - - - 01:00:00.000 1 - - -", "- - - - 02:00:00.000 2 - - -"}},
			"of one application": {app: "mall", input: client.WorkflowAggregatesInput{GroupBy: []string{"application_name"}}, want: []string{
				"- - - - - 1 - - -", "- - - mall - 1 - - -"}},
			"with a filter": {input: client.WorkflowAggregatesInput{GroupBy: []string{"queue_name", "executor_id", "application_version"},
				ListWorkflowsOptions: client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"SUCCESS"}, Name: []string{"sell"}}}, want: []string{
				"- - - - - 2 - - -"}},
			"nothing": {input: client.WorkflowAggregatesInput{GroupBy: []string{"name"},
				ListWorkflowsOptions: client.ListWorkflowsOptions{WorkflowIDs: []string{}}}},
		} {
			found, err := b.NewClient(func(c *client.ClientConfig) { c.AppName = test.app }).GetWorkflowAggregates(test.input)
			mustDo(t, err)
			var got []string
			for _, g := range found {
				got = append(got, strings.Join([]string{shownText(g.Status), shownText(g.Name), shownText(g.QueueName), shownText(g.ApplicationName), shownTime(g.TimeBucket),
					shownNumber(g.Count), shownTime(g.MinCreatedAt), shownNumber(g.MaxQueueWaitMs), shownNumber(g.MaxTotalLatencyMs)}, " "))
			}
			if slices.Sort(got); !slices.Equal(got, test.want) {
				t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		}
	})
}

// Steps are grouped by name, by whether they failed, and by the time of their end.
func TestStepAggregates(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		sales(b)
		for what, test := range map[string]struct {
			input client.StepAggregatesInput
			want  []string
		}{
			"by name and state": {client.StepAggregatesInput{GroupBy: []string{"status", "function_name"}, Select: []string{"count", "max_duration_ms"}}, []string{
				"pay-buy SUCCESS - 1 360", "pay-sell ERROR - 1 30", "pay-sell SUCCESS - 2 90"}},
			"failed": {client.StepAggregatesInput{GroupBy: []string{"function_name"}, Status: []string{"ERROR"}}, []string{"pay-sell - - 1 -"}},
			"both":   {client.StepAggregatesInput{GroupBy: []string{"status"}, Status: []string{"ERROR", "SUCCESS"}}, []string{"- ERROR - 1 -", "- SUCCESS - 3 -"}},
			"by hour": {client.StepAggregatesInput{TimeBucket: time.Hour, WorkflowIDPrefix: []string{"sale-"}, FunctionName: []string{"pay-sell"}}, []string{
				"- - 00:00:00.000 2 -", "- - 01:00:00.000 1 -"}},
			"of an application": {client.StepAggregatesInput{GroupBy: []string{"status"}, ApplicationName: []string{"mall"}}, []string{"- ERROR - 1 -"}},
			"in a time": {client.StepAggregatesInput{GroupBy: []string{"status"}, CompletedAfter: time.UnixMilli(time.Hour.Milliseconds()),
				CompletedBefore: time.UnixMilli(2 * time.Hour.Milliseconds())}, []string{"- ERROR - 1 -"}},
		} {
			found, err := b.NewClient().GetStepAggregates(test.input)
			mustDo(t, err)
			var got []string
			for _, g := range found {
				got = append(got, strings.Join([]string{shownText(g.FunctionName), shownText(g.Status), shownTime(g.TimeBucket), shownNumber(g.Count), shownNumber(g.MaxDurationMs)}, " "))
			}
			if slices.Sort(got); !slices.Equal(got, test.want) {
				t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		}
	})
}

func TestAggregatesRefuse(t *testing.T) {
	t.Parallel()
	c := clienttest.On(t, "SQLite").NewClient()
	for text, input := range map[string]client.WorkflowAggregatesInput{
		"nothing groups the rows":              {},
		`no "statsu" (did you mean "status"?)`: {GroupBy: []string{"statsu"}},
		`select: there is no "sum"`:            {GroupBy: []string{"status"}, Select: []string{"sum"}},
		"no whole number of milliseconds":      {TimeBucket: time.Microsecond},
	} {
		_, err := c.GetWorkflowAggregates(input)
		fails(t, err, client.InvalidOption, text)
	}
	_, err := c.GetStepAggregates(client.StepAggregatesInput{GroupBy: []string{"status"}, Status: []string{"PENDING"}})
	fails(t, err, client.InvalidOption, `never in "PENDING"`)
}
