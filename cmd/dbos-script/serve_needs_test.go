package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// approveServed approves what a served script needs.
func (s *served) approveServed(name string) *needing {
	s.t.Helper()
	path := filepath.Join(s.folder.path, name)
	text, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	n, err := s.folder.app.needing(path, durable.BundleOf(run.Source{Path: path, Name: path, Folder: s.folder.path, Text: text}))
	if err == nil {
		err = s.folder.app.recordApproval(n)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// keepApprovals keeps the approvals of this test in a folder of its own. The test is not parallel.
func keepApprovals(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
}

// A script that is loaded already asks for the approval before each run: it may be revoked, and a
// link may lead to another folder than the one that was approved.
func TestAServedScriptHasItsNeedsWhileTheyAreApproved(t *testing.T) {
	keepApprovals(t)
	root := t.TempDir()
	approved, other, link := filepath.Join(root, "approved"), filepath.Join(root, "other"), filepath.Join(root, "out")
	for _, path := range []string{approved, other} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	lead := func(to string) {
		t.Helper()
		_ = os.Remove(link)
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
	}
	lead(approved)
	s := newServed(t, map[string]string{"tick.lua": `schedule.declare{cron = "@daily", on_failure = function() fs.write([[` + link + `/failed]], "x") end}
args.declare{needs = {write = [[` + link + `]]}}
fs.write([[` + link + `/written]], "x")
`})
	n := s.approveServed("tick.lua")
	loaded, err := s.folder.Load(t.Context(), "tick.lua")
	if err != nil {
		t.Fatal(err)
	}
	tick := schedule.Tick{Script: "tick.lua", At: s.clock.Now()}
	runs := func() [2]error {
		return [2]error{loaded.Run(t.Context(), tick), loaded.Failed(t.Context(), schedule.Failure{Tick: tick, Attempts: 1, Outcome: "failure", Err: errConstant})}
	}
	for _, err := range runs() {
		if err != nil {
			t.Fatal(err)
		}
	}
	refused := func(why string) {
		t.Helper()
		for _, err := range runs() {
			if err == nil || !strings.Contains(err.Error(), "nobody has approved that") || outcomeOf(err) != schedule.Denied {
				t.Errorf("%s: %v", why, err)
			}
		}
	}
	lead(other)
	refused("the link leads elsewhere")
	if found, err := os.ReadDir(other); err != nil || len(found) > 0 {
		t.Errorf("written to a folder that nobody has approved: %v, %v", found, err)
	}
	lead(approved)
	if err := loaded.Run(t.Context(), tick); err != nil {
		t.Error(err)
	}
	if there, err := approvals().Revoke(n.subject.ID()); !there || err != nil {
		t.Fatal(there, err)
	}
	refused("the approval is revoked")
}

// A workflow whose script is approved no more stays unfinished. It goes on after the script is
// approved again, in the same server or in the next one.
func TestAWorkflowWaitsForTheApprovalOfItsScript(t *testing.T) {
	for name, stops := range map[string]bool{"same server": false, "next server": true} {
		t.Run(name, func(t *testing.T) { waitForApproval(t, stops) })
	}
}

func waitForApproval(t *testing.T, stops bool) {
	keepApprovals(t)
	s := newServed(t, map[string]string{"order.lua": `workflow.declare{name = "order", queue = "ops"}
args.declare{needs = {env = "NEEDS_TEST"}}
return {found = env.get("NEEDS_TEST")}
`})
	t.Setenv("NEEDS_TEST", "here")
	c := makeRuns(t, s.app.options.database)
	n := s.approveServed("order.lua")
	r := s.replica()
	r.step()
	if _, err := c.Enqueue("ops", "order", client.PortableWorkflowArgs{}, client.WithEnqueueWorkflowID("w")); err != nil {
		t.Fatal(err)
	}
	if there, err := approvals().Revoke(n.subject.ID()); !there || err != nil {
		t.Fatal(there, err)
	}
	status := func(want client.WorkflowStatusType) {
		t.Helper()
		found, err := c.ListWorkflows(client.WithWorkflowIDs([]string{"w"}))
		if err != nil || len(found) != 1 || found[0].Status != want {
			t.Errorf("%+v, %v; want %s\n%s", found, err, want, s.log)
		}
	}
	if err := r.shared.server.Round(t.Context()); err != nil { // before the server looks at its scripts
		t.Fatal(err)
	}
	status("PENDING")
	r.server.Step(t.Context())
	s.expectCounts(map[string]int{"no longer a workflow": 1, "a run waits until its script is approved": 1})
	work := func(want client.WorkflowStatusType) {
		t.Helper()
		s.clock.move(10 * time.Second)
		if err := r.shared.server.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		status(want)
	}
	work("PENDING")
	if stops {
		if err := r.shared.server.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		status("ENQUEUED")
		s.approveServed("order.lua")
		s.replica().step()
		status("SUCCESS")
		return
	}
	s.approveServed("order.lua")
	work("SUCCESS")
	s.expectCounts(map[string]int{"a run waits until its script is approved": 1})
}
