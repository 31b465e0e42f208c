package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A change whose answer is lost again and again until the run's time is up may have taken effect:
// the record and the summary say so, rather than that it failed.
func TestALostAnswerIsRecordedAsUnknown(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	if _, err := b.NewClient().Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID("w")); err != nil {
		t.Fatal(err)
	}
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if r.Mentions("UPDATE") {
			return pgproxy.LoseAnswer
		}
		return pgproxy.Pass
	}})
	record := filepath.Join(t.TempDir(), "audit.jsonl")
	cmd := command(t, t.TempDir(), "-e", `dbos.cancel_workflow("w")`, "--db", proxy.URL(), "--schema", b.Config().DatabaseSchema,
		"--audit", record, "--timeout", "3s")
	output, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); !exited {
		t.Fatalf("%v\n%s", err, output)
	}
	if code := cmd.ProcessState.ExitCode(); code != stdlib.ExitTimeout {
		t.Errorf("exit code %d", code)
	}
	for _, words := range []string{"(--timeout): cancel_workflow is under way and is waited for\n", "not known: the answer was lost"} {
		if !strings.Contains(string(output), words) {
			t.Errorf("it does not say %q:\n%s", words, output)
		}
	}
	runs, err := audit.Summaries(record)
	if err != nil || len(runs) != 1 {
		t.Fatalf("%+v, %v", runs, err)
	}
	changes, err := audit.Changes(record, runs[0].Run.ID)
	if err != nil || len(changes) != 1 || changes[0].Outcome != audit.Unknown {
		t.Errorf("the record has %+v, %v", changes, err)
	}
	if status := b.Workflow("w")["status"]; status != "CANCELLED" {
		t.Errorf("the workflow is %v: the change was lost, not its answer", status)
	}
}
