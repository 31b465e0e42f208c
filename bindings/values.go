package bindings

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client"
)

// maxRows is the number of workflows that are looked at for values.
const maxRows = 500

// A Value is a possible value of a parameter, with a few words about it. Doc may be empty.
type Value struct{ Text, Doc string }

// Values returns values from a database for a parameter, option or field of a name, such as
// queue_name, that begin with a text; for completion. Ids come from the newest workflows, newest
// first; other values are sorted. partial is true if there may be more. After an error, or for
// other names, it returns none.
func (c *Connection) Values(ctx context.Context, name, beginning string) (list []Value, partial bool) {
	kind := valueKinds()[name]
	if kind == nil {
		return nil, false
	}
	all, err := kind(c.with(ctx), beginning)
	if err != nil {
		return nil, false
	}
	known := map[string]bool{}
	for _, value := range all {
		if value.Text != "" && !known[value.Text] && strings.HasPrefix(value.Text, beginning) {
			known[value.Text] = true
			list = append(list, value)
		}
	}
	return list, len(all) == maxRows
}

// values are sorted, and without words about them.
func values(texts []string) []Value {
	slices.Sort(texts)
	list := make([]Value, len(texts))
	for i, text := range texts {
		list[i].Text = text
	}
	return list
}

// valueKinds are, by the names that take them, the ways to find values.
func valueKinds() map[string]func(client.Client, string) ([]Value, error) {
	kinds := map[string]func(client.Client, string) ([]Value, error){
		"queue_name":       queueNames,
		"status":           statuses,
		"application_name": recent(func(w client.WorkflowStatus) string { return w.ApplicationName }),
		"user":             recent(func(w client.WorkflowStatus) string { return w.AuthenticatedUser }),
	}
	for _, name := range []string{"id", "ids", "workflow_id", "workflow_ids", "workflow_id_prefix", "original_workflow_id", "handles",
		"destination_id", "forked_from", "parent_workflow_id"} {
		kinds[name] = workflowIDs
	}
	for _, name := range []string{"name", "workflow_name"} {
		kinds[name] = recent(func(w client.WorkflowStatus) string { return w.Name })
	}
	for _, name := range []string{"class_name", "workflow_class_name"} {
		kinds[name] = recent(func(w client.WorkflowStatus) string { return w.ClassName })
	}
	for _, name := range []string{"executor_id", "executor_ids"} {
		kinds[name] = recent(func(w client.WorkflowStatus) string { return w.ExecutorID })
	}
	for _, name := range []string{"application_version", "app_version", "version_name"} {
		kinds[name] = versionNames
	}
	for _, name := range []string{"schedule_name", "schedule_name_prefix"} {
		kinds[name] = scheduleNames
	}
	return kinds
}

func workflowIDs(c client.Client, beginning string) ([]Value, error) {
	found, err := c.ListWorkflows(client.WithListWorkflowsOptions(client.ListWorkflowsOptions{
		WorkflowIDPrefix: []string{beginning}, Limit: new(maxRows), SortDesc: true}))
	ids := make([]Value, len(found))
	for i, workflow := range found {
		ids[i] = Value{Text: workflow.ID, Doc: fmt.Sprintf("%s %s", workflow.Status, workflow.Name)}
	}
	return ids, err
}

// recent returns values of a field of the newest workflows.
func recent(field func(client.WorkflowStatus) string) func(client.Client, string) ([]Value, error) {
	return func(c client.Client, _ string) ([]Value, error) {
		texts, err := recentTexts(c, field)
		return values(texts), err
	}
}

func recentTexts(c client.Client, field func(client.WorkflowStatus) string) ([]string, error) {
	found, err := c.ListWorkflows(client.WithLimit(maxRows), client.WithSortDesc())
	texts := make([]string, len(found))
	for i, workflow := range found {
		texts[i] = field(workflow)
	}
	slices.Sort(texts)
	return slices.Compact(texts), err
}

// queueNames returns the queues of the newest workflows and the registered ones.
func queueNames(c client.Client, _ string) ([]Value, error) {
	names, err := recentTexts(c, func(w client.WorkflowStatus) string { return w.QueueName })
	if err != nil {
		return nil, err
	}
	registered, err := c.QueueNames()
	return values(append(names, registered...)), err
}

func statuses(client.Client, string) ([]Value, error) {
	var names []string
	for _, status := range client.WorkflowStatuses {
		names = append(names, string(status))
	}
	return values(names), nil
}

func versionNames(c client.Client, _ string) ([]Value, error) {
	found, err := c.ListApplicationVersions()
	names := make([]string, len(found))
	for i, version := range found {
		names[i] = version.Name
	}
	return values(names), err
}

func scheduleNames(c client.Client, _ string) ([]Value, error) {
	found, err := c.ListSchedules()
	names := make([]string, len(found))
	for i, schedule := range found {
		names[i] = schedule.ScheduleName
	}
	return values(names), err
}
