package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// parkedScript sleeps for an hour and then waits for a message. The pcall must not catch the error
// that ends this process's part of the run. It has an effect before, between and after the waits.
const parkedScript = `schedule.declare{cron = '1-8 0 0 2 3 *', overlap = 'allow'}
local function effect(what) dbos.enqueue('effects', 'x.lua', what .. ' ' .. tostring(schedule.tick()), {sdk = 'go', application_name = 'shop'}) end
effect('before')
pcall(time.sleep, '1h')
effect('between')
effect(durable.recv('go', '8h'))
`

// Scripts that wait for long leave memory and their slots, and go on in the server when the wait is
// over, or in another one.
func TestServedRunsThatWaitLeaveMemory(t *testing.T) {
	t.Parallel()
	const runs = 8
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		s := newServed(t, map[string]string{"x.lua": parkedScript}).on(database)
		r := s.replicaWith(serveOptions{parallel: 2})
		r.step()
		for range runs { // the ticks of a year
			s.clock.move(time.Second)
			r.step()
		}
		made := func() (effects int) { found, _ := runsOf(t, c, "x.lua"); return len(found) }
		expect := func(what string, effects int) {
			t.Helper()
			if got := made(); got != effects || r.shared.Running() != 0 {
				t.Fatalf("%s there are %d effects, want %d, and %d runs in memory\n%s", what, got, effects, r.shared.Running(), s.log)
			}
		}
		expect("while they sleep", runs)
		work := func() {
			t.Helper()
			if err := r.shared.server.Round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		s.clock.move(time.Hour)
		work()
		expect("while they wait for a message", 2*runs)
		r.shared.end(time.Second)
		r = s.replicaWith(serveOptions{parallel: 2})
		r.step() // takes the script
		work()
		expect("after another server has taken them", 2*runs)
		ids, err := c.ListWorkflows(client.WithName("x.lua"), client.WithApplicationName("dbos-script"), client.WithStatus([]client.WorkflowStatusType{"PENDING"}))
		if err != nil || len(ids) != runs {
			t.Fatalf("%d runs wait: %v", len(ids), err)
		}
		for _, wf := range ids {
			if err := c.Send(wf.ID, "after", "go"); err != nil {
				t.Fatal(err)
			}
		}
		work()
		expect("after the messages", 3*runs)
		_, states := runsOf(t, c, "x.lua")
		if fmt.Sprint(states) != fmt.Sprint(map[string]int{"SUCCESS": runs}) {
			t.Errorf("the runs are %v", states)
		}
		s.expectCounts(map[string]int{"waits script=x.lua": 3 * runs})
	})
}
