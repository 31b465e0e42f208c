package clienttest_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/families"
)

// failed stores workflows in ERROR with the messages, which end a second after each other.
func failed(t *testing.T, b clienttest.Backend, c client.Client, name string, messages ...string) []string {
	t.Helper()
	var ids []string
	for _, message := range messages {
		id := enqueue(t, c, name, nil)
		b.Clock.Advance(time.Second)
		b.Exec(`UPDATE {workflow_status} SET status = 'ERROR', error = :error, application_version = 'v-' || name, completed_at = :now WHERE workflow_uuid = :id`,
			map[string]any{"id": id, "error": message, "now": b.Clock.Now().UnixMilli()})
		ids = append(ids, id)
	}
	return ids
}

func TestFailuresAreGroupedByTheirMessage(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		lost := failed(t, b, c, "pay", "order 1 not found", "order 2 not found", "order 3 not found", "order 4 not found")
		middle := b.Clock.Now().Add(time.Millisecond)
		b.Clock.Advance(3 * time.Hour)
		late := failed(t, b, c, "mail", "mail is full", "order 5 not found")
		dead := enqueue(t, c, "mail", nil)
		set(b, dead, "status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'")
		other := failed(t, b, c, "other", "was cancelled")
		set(b, other[0], "status = 'CANCELLED'")
		b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, error) VALUES
			(:id, 0, 'early', 'x'), (:id, 1, 'charge', 'x'), (:id, 2, 'last', '')`, map[string]any{"id": lost[0]})

		found, err := c.ListFailures(client.FailuresInput{NewSince: middle, Examples: n(2)})
		must(t, err)
		type row struct {
			err, step   string
			count, dead int64
			fresh       bool
			examples    []string
			message     string
		}
		want := []row{
			{"order * not found", "", 4, 0, false, []string{late[1], lost[3]}, "order 5 not found"},
			{"dead letter: it was recovered as often as it may be", "", 1, 1, true, []string{dead}, "dead letter: it was recovered as often as it may be"},
			{"mail is full", "", 1, 0, true, late[:1], "mail is full"},
			{"order * not found", "charge", 1, 0, false, lost[:1], "order 1 not found"},
		}
		var got []row
		for _, g := range found {
			r := row{g.Error, "", g.Count, g.DeadLetters, g.New, g.Examples, g.Message}
			if g.Step != nil {
				r.step = *g.Step
			}
			got = append(got, r)
		}
		slices.SortStableFunc(got[1:], func(a, b row) int { return int(b.dead - a.dead) })
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got\n%+v\nwant\n%+v", got, want)
		}
		largest := found[0]
		if ids := slices.Sorted(slices.Values(largest.WorkflowIDs)); !slices.Equal(ids, slices.Sorted(slices.Values(append([]string{late[1]}, lost[1:]...)))) {
			t.Errorf("the ids of %q are %v", largest.Error, ids)
		}
		if span := largest.LastAt.Sub(largest.FirstAt); span < 3*time.Hour || largest.PerHour != 4/span.Hours() {
			t.Errorf("%v failures in an hour from %v to %v", largest.PerHour, largest.FirstAt, largest.LastAt)
		}

		for by, want := range map[string]string{
			client.FailuresByStep:    "order * not found 6, order * not found 1, ",
			client.FailuresByName:    "pay order * not found 4, mail dead letter: it was recovered as often as it may be 3, ",
			client.FailuresByVersion: "v-pay order * not found 4, v-mail mail is full 2, dead letter: it was recovered as often as it may be 1, ",
		} {
			if got := byColumn(t, c, by); got != want {
				t.Errorf("by %s: %q, want %q", by, got, want)
			}
		}
	})
}

// byColumn returns the groups with their value of the column.
func byColumn(t *testing.T, c client.Client, by string) (text string) {
	t.Helper()
	found, err := c.ListFailures(client.FailuresInput{By: by, Filter: client.ListWorkflowsOptions{Name: []string{"pay", "mail"}}})
	must(t, err)
	for _, g := range found {
		for _, column := range []*string{g.Name, g.ApplicationVersion} {
			if column != nil {
				text += *column + " "
			}
		}
		text += fmt.Sprintf("%s %d, ", g.Error, g.Count)
	}
	return text
}

// Workflows without a failed step are one group, whatever the steps of the rows between them.
func TestFailuresWithoutAStepAreOneGroup(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		ids := failed(t, b, c, "pay", "boom", "boom", "boom", "boom", "boom")
		for i, step := range map[int]string{1: "charge", 3: "mail"} {
			b.Exec("INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, error) VALUES (:id, 0, :step, 'x')", map[string]any{"id": ids[i], "step": step})
		}
		groups, err := c.ListFailures(client.FailuresInput{})
		must(t, err)
		if len(groups) != 3 || groups[0].Step != nil || groups[0].Count != 3 {
			t.Errorf("%+v", groups)
		}
	})
}

func TestFailuresOfAFilter(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		failed(t, b, c, "pay", "a", "b")
		cancelled := enqueue(t, c, "pay", nil)
		must(t, c.CancelWorkflow(cancelled))
		for _, test := range []struct {
			filter client.ListWorkflowsOptions
			groups int
		}{
			{client.ListWorkflowsOptions{}, 2},
			{client.ListWorkflowsOptions{Name: []string{"mail"}}, 0},
			{client.ListWorkflowsOptions{WorkflowIDs: []string{}}, 0},
			{client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"CANCELLED"}}, 1},
			{client.ListWorkflowsOptions{Limit: n(0)}, 2},
		} {
			found, err := c.ListFailures(client.FailuresInput{Filter: test.filter})
			if err != nil || found == nil || len(found) != test.groups {
				t.Errorf("%+v: %d groups, want %d: %v", test.filter, len(found), test.groups, err)
			}
		}
		if _, err := c.ListFailures(client.FailuresInput{By: "nam"}); !errors.Is(err, client.InvalidOption) {
			t.Errorf("an unknown group: %v", err)
		}
		if _, err := c.ListFailures(client.FailuresInput{Examples: n(-1)}); !errors.Is(err, client.InvalidOption) {
			t.Errorf("a negative number of examples: %v", err)
		}
	})
}

// Messages of forty causes make at most sixty groups, and merging patterns loses no id.
func TestFailuresOfManyMessages(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		messages := families.Messages(6000, 7)
		for at := 0; at < len(messages); at += 500 {
			values, args := "", map[string]any{}
			for i, m := range messages[at : at+500] {
				if i > 0 {
					values += ", "
				}
				values += fmt.Sprintf("('m%d', 'ERROR', 'wf', :e%d, 1, 1)", at+i, i)
				args[fmt.Sprintf("e%d", i)] = m.Text
			}
			b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, error, created_at, updated_at) VALUES "+values, args)
		}
		found, err := b.NewClient().ListFailures(client.FailuresInput{})
		must(t, err)
		seen, pure := map[string]bool{}, 0
		for _, g := range found {
			byFamily, most := map[int]int{}, 0
			for _, id := range g.WorkflowIDs {
				var at int
				fmt.Sscanf(id, "m%d", &at)
				byFamily[messages[at].Family]++
				most = max(most, byFamily[messages[at].Family])
				seen[id] = true
			}
			pure += most
		}
		if len(found) > 60 || len(seen) != len(messages) || pure < len(messages)*95/100 {
			t.Errorf("%d groups of %d workflows, of which %d are with their cause", len(found), len(seen), pure)
		}
	})
}

func TestCountWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, name := range []string{"pay", "pay", "mail"} {
			enqueue(t, c, name, nil)
		}
		for _, test := range []struct {
			options client.ListWorkflowsOptions
			want    int64
		}{
			{client.ListWorkflowsOptions{}, 3}, {client.ListWorkflowsOptions{Name: []string{"pay"}}, 2},
			{client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"ERROR"}}, 0}, {client.ListWorkflowsOptions{Name: []string{}}, 0},
			{client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"ENQUEUED", "ERROR"}, Limit: n(1), Offset: n(5)}, 3},
		} {
			if got, err := c.CountWorkflows(client.WithListWorkflowsOptions(test.options)); err != nil || got != test.want {
				t.Errorf("%+v: %d, want %d: %v", test.options, got, test.want, err)
			}
		}
	})
}
