package client_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Nothing shows the SDK of an application that has only started. If its tables have the payload
// split, it reads portable inputs, whatever its SDK; it may not read those of Go.
func TestAPlainInputForAnApplicationThatHasOnlyStarted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		started bool
		version int
		want    string
	}{
		"none has started":               {false, 125, "DBOS_JSON"},
		"one has, on the payload split":  {true, 125, "portable_json"},
		"one has, on tables from before": {true, 107, "DBOS_JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.BackendsAt(t, test.version, func(t *testing.T, b clienttest.Backend) {
				if test.started {
					b.Exec("INSERT INTO {application_versions} (version_id, version_name) VALUES ('1', 'v1')", nil)
				}
				handle, err := b.NewClient().Enqueue("q", "w", "an input")
				if err != nil {
					t.Fatal(err)
				}
				if got := b.Workflow(handle.GetWorkflowID())["serialization"]; got != test.want {
					t.Errorf("the input is in %v, want %s", got, test.want)
				}
			})
		})
	}
}
