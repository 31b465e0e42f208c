package main

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
)

// runsVariable is the variable with the number of runs of TestServersAreKilledWhileTheyRun.
const runsVariable = "DBOS_SCRIPT_TEST_RUNS"

// fiveSteps is a script that never runs by itself.
const fiveSteps = `schedule.declare {cron = "0 0 1 1 *", overlap = "allow"}
for i = 1, 5 do dbos.enqueue("effects", "step " .. i, tostring(schedule.tick()), {sdk = "go", application_name = "shop"}) end
`

// Three servers execute runs of five steps; one is killed every two seconds and starts again, and
// the database restarts twice. All runs end, each effect is there once, and others have the runs of
// a killed server soon.
func TestServersAreKilledWhileTheyRun(t *testing.T) {
	t.Parallel()
	runs, most, every, soon := 60, 3, 2*time.Second, time.Minute
	text := os.Getenv(runsVariable)
	if text != "" {
		var err error
		if runs, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", runsVariable, err)
		}
		most, soon = runs, 20*time.Second
	}
	k := newKilledServers(t, text != "", map[string]string{"five.lua": fiveSteps})
	k.makeRunsOf("five.lua", runs)
	const done = `SELECT COUNT(*) FROM dbos.workflow_status WHERE name = 'five.lua' AND status = 'SUCCESS'`
	began, restarts := time.Now(), 0
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for last, progress := 0, time.Now(); last < runs; {
		<-ticker.C
		if k.kills < most { // a busy machine needs longer to start a server than another one lives
			k.kill()
		}
		now := k.number(done)
		if now > last {
			progress = time.Now()
		}
		last = now
		if time.Since(progress) > 2*time.Minute {
			t.Fatalf("nothing has ended for two minutes, and %d have\n%s", last, k.logs())
		}
		if restarts < 2 && last >= runs*(restarts+1)/3 {
			restarts++
			k.restart()
		}
	}
	took := time.Since(began)
	k.expectNone("unfinished", `SELECT workflow_uuid || ' ' || status || ' ' || COALESCE(error, '') FROM dbos.workflow_status WHERE name = 'five.lua' AND status <> 'SUCCESS'`)
	k.expectNone("not once", `SELECT name || inputs || COUNT(*) FROM dbos.workflow_status WHERE queue_name = 'effects' GROUP BY name, inputs HAVING COUNT(*) <> 1`)
	if effects := k.number(`SELECT COUNT(*) FROM dbos.workflow_status WHERE queue_name = 'effects'`); effects != 5*runs {
		t.Errorf("there are %d effects of %d runs", effects, runs)
	}
	taken := k.takeovers()
	again := k.number(`SELECT COUNT(*) FROM dbos.workflow_status WHERE name = 'five.lua' AND recovery_attempts > 1`)
	if len(taken) > 0 {
		t.Logf("others had the runs of %d killed servers after %v to %v, half of them within %v", len(taken), taken[0], taken[len(taken)-1], taken[len(taken)/2])
		if longest := taken[len(taken)-1]; longest > soon {
			t.Errorf("others had the runs of a killed server only after %v", longest)
		}
	}
	t.Logf("%d runs of five steps in %v, %d kills, %d restarts of the database; %d runs went on in another process", runs, took.Round(time.Second), k.kills, restarts, again)
}

// makeRunsOf makes runs of a script as the servers would for its ticks.
func (k *killedServers) makeRunsOf(script string, count int) {
	k.t.Helper()
	maker, err := durable.OpenServer(k.t.Context(), durable.ServerConfig{Database: client.ClientConfig{DatabaseURL: k.pg.URL("postgres")}})
	if err != nil {
		k.t.Fatal(err)
	}
	defer maker.Close()
	var hashes []string
	for deadline := time.Now().Add(patience); len(hashes) == 0; {
		if time.Now().After(deadline) {
			k.t.Fatalf("no server has stored its script\n%s", k.logs())
		}
		hashes = k.strings(`SELECT hash FROM dbos_script.sources WHERE name = $1`, script)
	}
	ticks := durable.Ticks{Schedule: script, Source: hashes[0], Plan: durable.Plan{Script: script, Arguments: []string{}}}
	for i := range count {
		ticks.At = append(ticks.At, time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC))
	}
	made, err := maker.Make(k.t.Context(), ticks)
	if err != nil || len(made.IDs) != count {
		k.t.Fatalf("made %d runs of %d: %v", len(made.IDs), count, err)
	}
	if err := maker.Stop(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
}
