//go:build interop

package interop

import (
	"strings"
	"testing"
)

// mistakes are the enqueues of guard.lua that would wait for ever, each with what must be said
// about it.
var mistakes = map[string]string{
	"name":      `no workflow "ecko" (did you mean "echo"?)`,
	"queue":     `no queue "ordinry" (did you mean "ordinary"?)`,
	"class":     `workflow "total" only of class "Orders"`,
	"partition": "queue_partition_key",
	"version":   `the version "v2" (did you mean "v1"?)`,
}

// checkGuard expects one warning for each mistake however often it is made, and an error each
// time when strict.
func checkGuard(t *testing.T, s *site) {
	s.start(t, "guard-known", "echo")
	s.start(t, "guard-known-class", "Orders.total", 1)
	s.awaitAllDone(t, "guard-known")
	loose := s.try(t, "guard.lua", "--prefix", "guard-loose")
	if loose.err != nil || len(loose.emitted(t)) != 2*len(mistakes) {
		t.Fatalf("without strict the enqueues are not accepted: %v\n%s%s", loose.err, loose.stdout, loose.stderr)
	}
	if lines := strings.Count(loose.stderr, "\n"); lines != len(mistakes) {
		t.Errorf("%d lines of warnings, want %d:\n%s", lines, len(mistakes), loose.stderr)
	}
	for what, text := range mistakes {
		if strings.Count(strings.ReplaceAll(loose.stderr, `\"`, `"`), text) != 1 {
			t.Errorf("not one warning of %s about a wrong %s:\n%s", text, what, loose.stderr)
		}
	}
	s.refusesMistakes(t, "--prefix", "guard-option", "--refuse")
	s.refusesMistakes(t, "--prefix", "guard-flag", "--strict")
	if s.version < "5" {
		s.acceptsUnregistered(t)
	}
}

// acceptsUnregistered uses a queue that the application declares in its code alone, which SDK 5
// cannot: it is known from the moment on that something was taken off it.
func (s *site) acceptsUnregistered(t *testing.T) {
	t.Helper()
	first := call(t, s.database, "-e", `dbos.enqueue("unregistered", "echo", dbos.portable_args{}):get_result{timeout = 20}`)
	if first.err != nil || !strings.Contains(first.stderr, "no queue") {
		t.Errorf("a queue that nothing has been on: %v, %s", first.err, first.stderr)
	}
	again := call(t, s.database, "-e", `dbos.enqueue("unregistered", "echo", dbos.portable_args{}, {strict = true}):get_result{timeout = 20}`)
	if again.err != nil || again.stderr != "" {
		t.Errorf("a queue that something was taken off: %v, %s", again.err, again.stderr)
	}
}

func (s *site) refusesMistakes(t *testing.T, parameters ...string) {
	t.Helper()
	found := s.run(t, "guard.lua", parameters...)
	if len(found) != 2*len(mistakes) {
		t.Errorf("with %v: %v", parameters, found)
	}
	for _, mistake := range found {
		what, _ := mistake["mistake"].(string)
		message, _ := mistake["message"].(string)
		if mistake["code"] != "InvalidOption" || !strings.Contains(message, mistakes[what]) {
			t.Errorf("with %v a wrong %s gives %v", parameters, what, mistake)
		}
	}
}
