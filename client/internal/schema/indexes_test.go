package schema_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// The index of a deduplication id begins with the queue, but has only rows with such an id. The
// indexes of queues have only rows that wait or run, and no index has the name.
func TestAnIndexFindsTheRowsWithAValue(t *testing.T) {
	t.Parallel()
	for column, want := range map[string]bool{
		"workflow_uuid": true, "created_at": true, "completed_at": true, "started_at_epoch_ms": true, "forked_from": true,
		"parent_workflow_id": true, "schedule_name": true, "deduplication_id": true,
		"name": false, "queue_name": false, "executor_id": false, "application_version": false, "authenticated_user": false,
		"application_name": false, "was_forked_from": false, "is_debounced": false, "queue_partition_key": false, "no_such_column": false,
	} {
		if got := schema.Indexed("workflow_status", column); got != want {
			t.Errorf("%s has an index: %v, want %v", column, got, want)
		}
	}
	if schema.Indexed("no_such_table", "workflow_uuid") {
		t.Error("a table that does not exist has an index")
	}
}
