//go:build interop

package interop

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// refuse expects that a capability is refused as Unsupported, with the missing column in the
// message.
func refuse(name string) func(t *testing.T, s *site) {
	return func(t *testing.T, s *site) {
		column := map[string]string{"debounce": "is_debounced"}[name]
		if column == "" {
			column = name
		}
		got := s.run(t, "later.lua", "--capability", name, "--value", "refused").only(t)
		message, _ := got["message"].(string)
		if got["code"] != "Unsupported" || !strings.Contains(message, column) {
			t.Errorf("without %s the answer is %v", column, got)
		}
	}
}

// finds expects the filter to find so many workflows.
func (s *site) finds(t *testing.T, capability, value string, count float64) {
	t.Helper()
	if got := s.run(t, "later.lua", "--capability", capability, "--value", value).only(t); got["count"] != count {
		t.Errorf("the filter %s finds %v instead of %v", capability, got, count)
	}
}

func checkAttributes(t *testing.T, s *site) {
	s.ask(t, peer.Request{Do: "start", Workflow: "echo", Options: map[string]any{
		"workflowID": "attributed", "workflowAttributes": map[string]any{"customer": "acme", "n": 1},
	}}, nil)
	s.finds(t, "attributes", "acme", 1)
	s.finds(t, "attributes", "nobody", 0)
}

// checkScheduleName looks for the runs of a schedule that the application created and triggered
// itself.
func checkScheduleName(t *testing.T, s *site) {
	definition := map[string]any{
		"scheduleName": "yearly", "workflowFn": map[string]any{"$workflow": "tick"}, "schedule": "0 0 1 1 *", "context": map[string]any{"z": 1},
	}
	s.ask(t, peer.Request{Do: "dbos", Method: "createSchedule", Args: []any{definition}}, nil)
	s.ask(t, peer.Request{Do: "dbos", Method: "triggerSchedule", Args: []any{"yearly"}}, nil)
	s.finds(t, "schedule_name", "yearly", 1)
	s.finds(t, "schedule_name", "monthly", 0)
	s.chunk(t, `assert(dbos.get_schedule("yearly").context.z == 1)`)
}

func checkApplicationName(t *testing.T, s *site) {
	s.start(t, "owned-1", "echo")
	s.start(t, "owned-2", "echo")
	s.finds(t, "application_name", "owned-", 2)
}
