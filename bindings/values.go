package bindings

import (
	"context"
	"strings"

	"github.com/dbos-script/dbos-script/client"
)

// mostValues is how many ids are looked up, and mostRows how many workflows are looked at for a name.
const (
	mostValues = 50
	mostRows   = 500
)

// Values gives values that a database holds for a parameter, option or field of a name, such as queue_name, and that
// begin with a text; for completion. An error and a name that has no such values give none. It reads at most a few
// hundred of the newest rows, so that it is quick on a table of any size.
func (c *Connection) Values(ctx context.Context, name, beginning string) []string {
	kind := valueKinds()[name]
	if kind == nil {
		return nil
	}
	all, err := kind(c.with(ctx), beginning)
	if err != nil {
		return nil
	}
	var list []string
	for _, value := range all {
		if value != "" && strings.HasPrefix(value, beginning) {
			list = append(list, value)
		}
	}
	return list
}

// valueKinds are, by the names that take them, the ways to find values.
func valueKinds() map[string]func(client.Client, string) ([]string, error) {
	kinds := map[string]func(client.Client, string) ([]string, error){
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

func workflowIDs(c client.Client, beginning string) ([]string, error) {
	found, err := c.ListWorkflows(client.WithListWorkflowsOptions(client.ListWorkflowsOptions{
		WorkflowIDPrefix: []string{beginning}, Limit: new(mostValues), SortDesc: true}))
	ids := make([]string, len(found))
	for i, workflow := range found {
		ids[i] = workflow.ID
	}
	return ids, err
}

// recent gives what the newest workflows hold.
func recent(field func(client.WorkflowStatus) string) func(client.Client, string) ([]string, error) {
	return func(c client.Client, _ string) ([]string, error) {
		found, err := c.ListWorkflows(client.WithLimit(mostRows), client.WithSortDesc())
		values := make([]string, len(found))
		for i, workflow := range found {
			values[i] = field(workflow)
		}
		return values, err
	}
}

// queueNames are those of the newest workflows and, where applications register queues, those.
func queueNames(c client.Client, beginning string) ([]string, error) {
	names, err := recent(func(w client.WorkflowStatus) string { return w.QueueName })(c, beginning)
	if err != nil {
		return nil, err
	}
	registered, err := c.QueueNames()
	return append(names, registered...), err
}

func statuses(client.Client, string) ([]string, error) {
	var names []string
	for _, status := range client.WorkflowStatuses {
		names = append(names, string(status))
	}
	return names, nil
}

func versionNames(c client.Client, _ string) ([]string, error) {
	found, err := c.ListApplicationVersions()
	names := make([]string, len(found))
	for i, version := range found {
		names[i] = version.Name
	}
	return names, err
}

func scheduleNames(c client.Client, _ string) ([]string, error) {
	found, err := c.ListSchedules()
	names := make([]string, len(found))
	for i, schedule := range found {
		names[i] = schedule.ScheduleName
	}
	return names, err
}
