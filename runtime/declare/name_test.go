package declare_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func TestSnake(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"DeduplicationID": "deduplication_id", "ResumeWorkflows": "resume_workflows", "IDs": "ids", "WorkflowIDs": "workflow_ids",
		"IDList": "id_list", "ID": "id", "QueueName": "queue_name", "CronTimezone": "cron_timezone", "HTTPServer": "http_server",
		"A": "a", "already_snake": "already_snake", "": "",
	} {
		if got := declare.Snake(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	options := []string{"workflow_ids", "status", "name", "start_time", "queue_name", "queues_only", "cron_timezone", "limit", "id", "cancel_children"}
	for name, want := range map[string]string{
		"statsu": "status", "queu": "queue_name", "queue": "queue_name", "queueName": "queue_name", "Limit": "limit", "limt": "limit",
		"cron": "cron_timezone", "only": "queues_only", "workflow_id": "workflow_ids", "limit_rows": "limit", "zebra": "", "x": "", "": "", "timezone": "cron_timezone",
		"cancel_childs": "cancel_children", "cancel_chips": "",
	} {
		if got := declare.Suggest(name, options); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := declare.DidYouMean("statsu", options); got != ` (did you mean "status"?)` {
		t.Error(got)
	}
	if got := declare.DidYouMean("zebra", options); got != "" {
		t.Error(got)
	}
}

// One slip of the keyboard in a name that is long enough finds it again.
func TestSuggestFindsASlip(t *testing.T) {
	t.Parallel()
	names := []string{"resume_workflows", "cancel_workflows", "list_workflows", "read_stream", "get_event"}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "name")
		at := rapid.IntRange(0, len(name)-2).Draw(t, "at")
		slip := []string{
			name[:at] + name[at+1:],
			name[:at] + "q" + name[at:],
			name[:at] + name[at+1:at+2] + name[at:at+1] + name[at+2:],
		}[rapid.IntRange(0, 2).Draw(t, "kind")]
		if got := declare.Suggest(slip, names); got != name {
			t.Fatalf("%q: %q, want %q", slip, got, name)
		}
	})
}
