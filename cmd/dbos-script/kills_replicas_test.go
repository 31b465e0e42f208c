package main

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// replicasVariable is the variable for how long TestReplicasAreKilledWhileTheyTick lasts, such as
// 5m.
const replicasVariable = "DBOS_SCRIPT_TEST_REPLICAS"

// everySecond is a script with an effect each second.
const everySecond = `schedule.declare {cron = "* * * * * *", overlap = "allow", missed = "%s"}
dbos.enqueue("effects", "%[1]s " .. tostring(schedule.tick()), 1, {sdk = "go", application_name = "shop"})
`

// Three servers share the ticks of each second, one of them is killed every ten seconds and starts
// again, and the database restarts once: no tick has two effects. With run_all each tick has one;
// with skip, ticks at which no server ran have none.
func TestReplicasAreKilledWhileTheyTick(t *testing.T) {
	t.Parallel()
	length, every := 6*time.Second, 2*time.Second
	text := os.Getenv(replicasVariable)
	if text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatalf("%s: %v", replicasVariable, err)
		}
		every = 10 * time.Second
	}
	k := newKilledServers(t, text != "", map[string]string{"all.lua": fmt.Sprintf(everySecond, "run_all"), "skip.lua": fmt.Sprintf(everySecond, "skip")})
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	restarted := false
	for began := time.Now(); time.Since(began) < length; {
		<-ticker.C
		k.kill()
		if !restarted && time.Since(began) >= length/2 {
			k.restart()
			restarted = true
		}
	}
	taken := k.takeovers()
	const unfinished = `SELECT COUNT(*) FROM dbos.workflow_status WHERE name IN ('all.lua', 'skip.lua') AND status NOT IN ('SUCCESS', 'ERROR') AND created_at < $1`
	stopped := time.Now().UnixMilli()
	for deadline := time.Now().Add(patience); k.number(unfinished, stopped) > 0; <-ticker.C {
		if time.Now().After(deadline) {
			t.Fatalf("%d runs have not ended\n%s", k.number(unfinished, stopped), k.logs())
		}
	}
	k.expectNone("in error", `SELECT workflow_uuid || ' ' || COALESCE(error, '') FROM dbos.workflow_status WHERE name IN ('all.lua', 'skip.lua') AND status = 'ERROR'`)
	k.expectNone("not once", `SELECT name || COUNT(*) FROM dbos.workflow_status WHERE queue_name = 'effects' GROUP BY name HAVING COUNT(*) <> 1`)
	for _, policy := range []string{"run_all", "skip"} {
		ticks, missing := k.ticksOf(policy, stopped)
		if ticks == 0 || policy == "run_all" && missing > 0 {
			t.Errorf("%s: %d ticks have an effect, and %d between them have none\n%s", policy, ticks, missing, k.logs())
		}
		t.Logf("%s: %d ticks with one effect each, %d without", policy, ticks, missing)
	}
	t.Logf("%v, %d kills, a restart of the database; others had the runs of %d killed servers, after %v", length, k.kills, len(taken), taken)
}

// ticksOf returns how many ticks of a policy's script have an effect, and how many between them,
// before an instant, have none.
func (k *killedServers) ticksOf(policy string, before int64) (ticks, missing int) {
	k.t.Helper()
	seen := map[int64]bool{}
	first, last := int64(1<<62), int64(0)
	for _, text := range k.strings(`SELECT split_part(name, ' ', 2) FROM dbos.workflow_status WHERE queue_name = 'effects' AND split_part(name, ' ', 1) = $1`, policy) {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			k.t.Fatalf("%s: %v", text, err)
		}
		if at.UnixMilli() < before {
			seen[at.Unix()] = true
			first, last = min(first, at.Unix()), max(last, at.Unix())
		}
	}
	if len(seen) == 0 {
		k.t.Fatalf("%s has no effect\n%s", policy, k.logs())
	}
	return len(seen), int(last-first) + 1 - len(seen)
}
