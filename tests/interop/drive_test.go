//go:build interop

package interop

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// checkEnqueue has the runbook check what comes back, and the application's client what arrived.
func checkEnqueue(t *testing.T, s *site) {
	s.run(t, "enqueue.lua")
	workflows := s.theirList(t, map[string]any{"workflow_id_prefix": "enqueue-"})
	seen := map[string]theirWorkflow{}
	for _, workflow := range workflows {
		seen[workflow.WorkflowID] = workflow
	}
	added := seen["enqueue-add"]
	if !reflect.DeepEqual(added.Input, []any{2.0, 3.0}) || added.Output != 5.0 || added.Status != "SUCCESS" {
		t.Errorf("the application's client reads enqueue-add as %+v", added)
	}
	if failed := seen["enqueue-broken"]; failed.Status != "ERROR" {
		t.Errorf("the application's client reads enqueue-broken as %+v", failed)
	}
	var remote *peer.RemoteError
	err := s.tryAsk(t, peer.Request{Do: "result", WorkflowID: "enqueue-broken"}, nil)
	if !errors.As(err, &remote) || remote.Name != "RangeError" || remote.Message != "no such luck" {
		t.Errorf("the application reads the error of enqueue-broken as %v", err)
	}
}

func checkOptions(t *testing.T, s *site) {
	s.run(t, "options.lua")
	s.other().rejectsTaken(t)
}

// Each option of an enqueue has its place in a runbook that an application obeys.
func TestEveryOptionOfAnEnqueueIsTried(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, runbook := range []string{"enqueue.lua", "options.lua", "guard.lua"} {
		lua, err := os.ReadFile(filepath.Join("runbooks", runbook))
		if err != nil {
			t.Fatal(err)
		}
		text.Write(lua)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[client.EnqueueManyOptions]()) {
		if name := field.Tag.Get("json"); name != "" && !regexp.MustCompile(`\b`+name+`\b = `).MatchString(text.String()) {
			t.Errorf("no runbook enqueues with %s", name)
		}
	}
}

// checkTalk also has a workflow of the application send to one of ours.
func checkTalk(t *testing.T, s *site) {
	s.run(t, "talk.lua")
	s.chunk(t, `dbos.enqueue("ordinary", "receive", dbos.portable_args{positional = {"mail", 1}}, {workflow_id = "talk-heard"})`)
	s.start(t, "talk-sender", "sender", "talk-heard", map[string]any{"n": 1}, "mail")
	s.chunk(t, `assert(dbos.retrieve_workflow("talk-heard"):get_result{timeout = 20}[1].n == 1)`)
}

// checkControl also looks for rows that a delete left behind, and for steps that ran twice: only
// the one that was under way when its workflow was cancelled may.
func checkControl(t *testing.T, s *site) {
	s.run(t, "control.lua")
	s.other().runAny(t, "any_ended.lua")
	var journal []struct {
		What string `json:"what"`
	}
	s.ask(t, peer.Request{Do: "journal", WorkflowID: "control-slow"}, &journal)
	times := map[string]int{}
	for _, entry := range journal {
		times[entry.What]++
	}
	if len(times) != 12 || len(journal) > 13 {
		t.Errorf("twelve steps ran as %v", times)
	}
	if left := s.leftOf(t, "control-parent"); len(left) > 0 {
		t.Errorf("deleted workflows left rows: %v", left)
	}
}

// leftOf finds the rows of workflows with a prefix, in whatever table, as table and workflow.
func (s *site) leftOf(t *testing.T, prefix string) []string {
	t.Helper()
	conn := connect(t, s.database)
	defer conn.Close(t.Context())
	var left []string
	for _, table := range query(t, conn, `SELECT table_name FROM information_schema.columns
		WHERE table_schema = 'dbos' AND column_name = 'workflow_uuid'`) {
		sql := `SELECT workflow_uuid FROM ` + pgx.Identifier{"dbos", table}.Sanitize() + ` WHERE starts_with(workflow_uuid, $1)`
		for _, id := range query(t, conn, sql, prefix) {
			left = append(left, table+" "+id)
		}
	}
	return left
}

func checkFork(t *testing.T, s *site) {
	s.start(t, "native-journey", "journey", 4)
	s.awaitStatus(t, "native-journey", "SUCCESS")
	s.run(t, "fork.lua", "--native", "native-journey")
	s.other().runAny(t, "any_failed.lua")
}
