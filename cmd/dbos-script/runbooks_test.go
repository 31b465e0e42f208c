package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib"
)

// fleet fills a back end with the shop's workflows, and runs its application until the test ends.
func fleet(t *testing.T, b clienttest.Backend) {
	t.Helper()
	if b.Name == "Cockroach" { // a dry run asks for the identity of the cluster
		b.Alter("CREATE SCHEMA IF NOT EXISTS crdb_internal",
			"CREATE OR REPLACE FUNCTION crdb_internal.cluster_id() RETURNS TEXT LANGUAGE SQL AS $$ SELECT '0000' $$")
	}
	if err := (simulator.Fleet{}).Populate(t.Context(), b.Database); err != nil {
		t.Fatal(err)
	}
	shopWorker := b.NewWorker(func(c *worker.Config) {
		c.ExecutorID, c.ApplicationName, c.ApplicationVersion = simulator.FleetExecutor, simulator.FleetApplication, simulator.FleetVersion
		c.Queues, c.Clock = simulator.FleetQueues(), time.Now
	})
	simulator.RegisterFleet(shopWorker)
	ctx, cancel := context.WithCancel(t.Context())
	if err := shopWorker.Launch(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- shopWorker.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}

const examplesFolder = "../../scripts/examples/"

// runbook runs a script of the examples as it stands, in a dry run if --dry-run is the last
// argument, and returns what it wrote and its exit code.
func runbook(t *testing.T, b clienttest.Backend, script string, args ...string) (output string, code int) {
	t.Helper()
	var out, log bytes.Buffer
	a := &app{streams: streams{out: &out, err: &log}}
	a.options.database, a.options.schema, a.options.output = b.Config().DatabaseURL, b.Config().DatabaseSchema, "ndjson"
	if last := len(args) - 1; last >= 0 && args[last] == "--dry-run" {
		a.options.dryRun, args = true, args[:last]
	}
	err := a.runFile(t.Context(), examplesFolder+script, args)
	var exit *stdlib.ExitRequest
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v\n%s%s", err, out.String(), log.String())
	}
	code = a.report(err)
	return out.String() + log.String(), code
}

func count(t *testing.T, b clienttest.Backend, status client.WorkflowStatusType) int {
	t.Helper()
	found, err := b.NewClient().ListWorkflows(client.WithStatus([]client.WorkflowStatusType{status}))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func TestBulkResume(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		fleet(t, b)
		if out, _ := runbook(t, b, "bulk_resume.lua", "--since", "3d", "--dry-run"); !strings.Contains(out, "process_order   is new ") {
			t.Errorf("the plan has no forks:\n%s", out)
		}
		before := count(t, b, client.WorkflowStatusSuccess)
		out, code := runbook(t, b, "bulk_resume.lua", "--since", "3d", "--batch", "20", "--max-failed", "1")
		if code != stdlib.ExitPartial || !strings.Contains(out, "bulk rerun: done, ") {
			t.Errorf("exit code %d\n%s", code, out)
		}
		if after := count(t, b, client.WorkflowStatusSuccess); after <= before {
			t.Errorf("%d workflows had succeeded, and %d afterwards", before, after)
		}
		if dead := count(t, b, client.WorkflowStatusMaxRecoveryAttemptsExceeded); dead != 0 {
			t.Errorf("%d workflows are still given up", dead)
		}
	})
}

func TestBulkResumeRefusesStatesThatNeedNoSecondRun(t *testing.T) {
	t.Parallel()
	a := &app{streams: streams{out: io.Discard, err: io.Discard}}
	err := a.runFile(t.Context(), examplesFolder+"bulk_resume.lua", []string{"--status", "ERROR,SUCCESS"})
	if code := run.ExitCode(err); code != stdlib.ExitUsage || !strings.Contains(err.Error(), `not "SUCCESS"`) {
		t.Errorf("exit code %d: %v", code, err)
	}
}

func TestBulkResumeStopsWhenTooManyFailAgain(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		fleet(t, b)
		out, code := runbook(t, b, "bulk_resume.lua", "--since", "3d", "--batch", "10", "--max-failed", "0")
		if code != stdlib.ExitPartial || !strings.Contains(out, "bulk rerun: stopped after ") || !strings.Contains(out, "max_failed_share is 0") {
			t.Errorf("exit code %d\n%s", code, out)
		}
	})
}

func TestForkFailedForksOnce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		fleet(t, b)
		out, _ := runbook(t, b, "fork_failed.lua", "--step", "ship_parcel", "--queue", "orders")
		if forks := strings.Count(out, `"step":"ship_parcel"`); forks == 0 {
			t.Fatalf("nothing was forked:\n%s", out)
		}
		forked, err := b.NewClient().ListWorkflows(client.WithName("process_order"), client.WithWasForkedFrom(true))
		if err != nil || len(forked) == 0 {
			t.Fatalf("no original is marked: %v", err)
		}
		done := map[string]bool{} // the originals, and the forks of them, a few of which fail again
		for _, wf := range forked {
			done[wf.ID] = true
		}
		for _, match := range regexp.MustCompile(`"forked_as":"([^"]+)"`).FindAllStringSubmatch(out, -1) {
			done[match[1]] = true
		}
		again, _ := runbook(t, b, "fork_failed.lua", "--step", "ship_parcel", "--queue", "orders")
		for id := range done {
			if strings.Contains(again, `"workflow":"`+id+`"`) {
				t.Errorf("%s was forked a second time", id)
			}
		}
		if out, _ := runbook(t, b, "fork_failed.lua", "--message", "card", "--dry-run"); strings.Contains(out, "reserve_stock") {
			t.Errorf("the message does not select:\n%s", out)
		}
	})
}

func TestTriageRunsAGroupAgain(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		fleet(t, b)
		groups, _ := runbook(t, b, "triage.lua", "--since", "3d")
		found := regexp.MustCompile(`"group":"(\w+)","count":(\d+),.*"step":"ship_parcel"`).FindStringSubmatch(groups)
		if found == nil {
			t.Fatalf("no group of the step ship_parcel:\n%s", groups)
		}
		before := count(t, b, client.WorkflowStatusSuccess)
		out, code := runbook(t, b, "triage.lua", "--since", "3d", "--group", found[1], "--max-failed", "1")
		if code != 0 && code != stdlib.ExitPartial || !strings.Contains(out, `"state":"done"`) {
			t.Errorf("exit code %d\n%s", code, out)
		}
		if after := count(t, b, client.WorkflowStatusSuccess); after <= before {
			t.Errorf("%d workflows had succeeded, and %d afterwards\n%s", before, after, out)
		}
		if again, _ := runbook(t, b, "triage.lua", "--since", "3d"); strings.Contains(again, `"group":"`+found[1]+`","count":`+found[2]) {
			t.Errorf("the group is as large as before:\n%s", again)
		}
	})
}

// TestStuckWatchPostsOnce lets the script look at the shop's workflows, and answers as a webhook.
func TestStuckWatchPostsOnce(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		posted := make(chan string, 10)
		answer := http.StatusBadRequest
		hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			posted <- string(body)
			w.WriteHeader(answer)
		}))
		defer hook.Close()
		stuck, err := b.NewClient().Enqueue("nobody-listens", "process_order", 1)
		if err != nil {
			t.Fatal(err)
		}
		state := t.TempDir()
		run := func() int {
			var out, log bytes.Buffer
			code := Main(t.Context(), []string{
				"run", "--db", b.Config().DatabaseURL, "--schema", b.Config().DatabaseSchema, "--read-only",
				"--allow-net=127.0.0.1", "--allow-read=" + state, "--allow-write=" + state, examplesFolder + "stuck_watch.lua",
				"--webhook", hook.URL, "--state", filepath.Join(state, "last"), "--after", "0s",
			}, streams{strings.NewReader(""), &out, &log})
			t.Log(out.String() + log.String())
			return code
		}
		if code := run(); code == 0 || len(posted) != 1 {
			t.Fatalf("exit code %d of a post that was refused, %d posts", code, len(posted))
		}
		<-posted
		answer = http.StatusOK
		for range 2 {
			if code := run(); code != 0 {
				t.Fatalf("exit code %d", code)
			}
		}
		if len(posted) != 1 {
			t.Fatalf("%d posts of one problem, want 1", len(posted))
		}
		if body := <-posted; !strings.Contains(body, stuck.GetWorkflowID()) || !strings.Contains(body, `"problems":[{`) {
			t.Errorf("posted %s", body)
		}
		if err := b.NewClient().CancelWorkflow(stuck.GetWorkflowID()); err != nil {
			t.Fatal(err)
		}
		run()
		if body := <-posted; !strings.Contains(body, "All workflows move again") {
			t.Errorf("posted %s", body)
		}
	})
}

// TestEveryExampleIsTested runs the tests of the runbooks as their users would, and wants one for
// each.
func TestEveryExampleIsTested(t *testing.T) {
	t.Parallel()
	const folder = "../../scripts/examples/"
	scripts, err := filepath.Glob(folder + "*.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, script := range scripts {
		name, isTest := strings.CutSuffix(script, "_test.lua")
		if !isTest {
			name = strings.TrimSuffix(script, ".lua")
			if _, err := os.Stat(name + "_test.lua"); err != nil {
				t.Errorf("%s has no test: %v", script, err)
			}
			continue
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			var out, log bytes.Buffer
			words := []string{"test", "--coverage", script}
			if strings.HasSuffix(name, "stuck_watch") { // it keeps a file
				words = append(words, "--allow-read="+os.TempDir(), "--allow-write="+os.TempDir())
			}
			if code := Main(t.Context(), words, streams{strings.NewReader(""), &out, &log}); code != 0 {
				t.Errorf("exit code %d\n%s%s", code, out.String(), log.String())
			}
			if !strings.Contains(out.String(), "100.0 %") {
				t.Errorf("the test leaves lines of %s out:\n%s", script, out.String())
			}
		})
	}
}
