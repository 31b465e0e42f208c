//go:build interop

package interop

import (
	"reflect"
	"testing"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// checkDebounce lets both sides debounce one key, each first once: the last input wins, in one
// workflow.
func checkDebounce(t *testing.T, s *site) {
	// A run of the application's own shows its SDK, which spells the keys.
	s.start(t, "debounce-known", "echo")
	s.awaitStatus(t, "debounce-known", "SUCCESS")
	for _, verb := range []string{"debounce", "clientDebounce"} {
		s.oursThenTheirs(t, verb)
		s.theirsThenOurs(t, verb)
	}
}

func (s *site) oursThenTheirs(t *testing.T, verb string) {
	t.Helper()
	key := "ours-then-" + verb
	ours := s.run(t, "debounce.lua", "--key", key, "--delay", "60").only(t)
	theirs := s.theirDebounce(t, verb, key, 200)
	if theirs != ours["workflow_id"] {
		t.Errorf("the application's debounce makes %s, beside our %v", theirs, ours["workflow_id"])
	}
	if got := s.theirResult(t, theirs); !reflect.DeepEqual(got, []any{"theirs"}) {
		t.Errorf("it ran with %v", got)
	}
}

func (s *site) theirsThenOurs(t *testing.T, verb string) {
	t.Helper()
	key := verb + "-then-ours"
	theirs := s.theirDebounce(t, verb, key, 60_000)
	first := s.run(t, "debounce.lua", "--key", key, "--value", "first", "--delay", "60").only(t)
	last := s.run(t, "debounce.lua", "--key", key, "--value", "last", "--delay", "0.2", "--wait").only(t)
	if first["workflow_id"] != theirs || last["workflow_id"] != theirs {
		t.Errorf("our debounces make %v and %v, beside the application's %s", first, last, theirs)
	}
	if got := s.theirResult(t, theirs); !reflect.DeepEqual(got, []any{"last"}) {
		t.Errorf("it ran with %v", got)
	}
}

// theirDebounce has the application debounce a key for some milliseconds, and gives the
// workflow's ID.
func (s *site) theirDebounce(t *testing.T, verb, key string, period int) string {
	t.Helper()
	var handle struct {
		WorkflowID string `json:"workflowID"`
	}
	s.ask(t, peer.Request{Do: verb, Workflow: "echo", Key: key, Period: period, Args: []any{"theirs"}}, &handle)
	return handle.WorkflowID
}

// theirResult waits for an echo in the application, and gives the arguments that it got.
func (s *site) theirResult(t *testing.T, id string) []any {
	t.Helper()
	var result struct {
		Args []any `json:"args"`
	}
	s.ask(t, peer.Request{Do: "result", WorkflowID: id}, &result)
	return result.Args
}
