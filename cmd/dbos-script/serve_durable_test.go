package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

// A replica is one of several servers of a folder and a database.
type replica struct {
	*served
	shared *sharedTicks
	server *schedule.Server
}

// makeRuns makes a database with the tables for durable runs.
func makeRuns(t *testing.T, database string) client.Client {
	t.Helper()
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: database, Create: true, CreateRuns: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shutdown(time.Second) })
	return c
}

// replica starts another server of the folder.
func (s *served) replica(modules ...declare.Module) *replica {
	s.t.Helper()
	return s.replicaWith(serveOptions{parallel: defaultParallel}, modules...)
}

func (s *served) replicaWith(o serveOptions, modules ...declare.Module) *replica {
	s.t.Helper()
	app := *s.app
	r := &replica{served: &served{t: s.t, app: &app, clock: s.clock, out: s.out, log: s.log}}
	app.environment.Modules = modules
	folder, err := app.newFolder(s.folder.path)
	if err != nil {
		s.t.Fatal(err)
	}
	r.folder = folder
	reporter := newServeReporter(folder.app)
	reporter.id = durableID
	if r.shared, err = app.shareTicks(s.t.Context(), folder, s.clock, reporter, o); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(r.shared.server.Close)
	s.t.Cleanup(folder.app.pools.Close)
	r.server = schedule.New(schedule.Config{Source: folder, Sharer: r.shared, Reporter: reporter, Now: s.clock.Now, Outcome: outcomeOf})
	return r
}

// step lets the server look for ticks, and execute the runs that it can claim.
func (r *replica) step() {
	r.t.Helper()
	r.server.Step(r.t.Context())
	if err := r.shared.server.Round(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// runsOf returns how many workflows each tick of a script has made, by the input that its script
// gives them, and the states of the runs.
func runsOf(t *testing.T, c client.Client, script string) (made map[string]int, states map[string]int) {
	t.Helper()
	made, states = map[string]int{}, map[string]int{}
	effects, err := c.ListWorkflows(client.WithName(script), client.WithQueueName("effects"), client.WithLoadInput(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, wf := range effects {
		made[fmt.Sprint(wf.Input)]++
	}
	runs, err := c.ListWorkflows(client.WithName(script), client.WithApplicationName(durable.Application))
	if err != nil {
		t.Fatal(err)
	}
	for _, wf := range runs {
		states[string(wf.Status)]++
	}
	return made, states
}

const effect = "dbos.enqueue('effects', '%s', tostring(schedule.tick()), {sdk = 'go', application_name = 'shop'})\n"

// Three servers share the ticks of two minutes. One dies within a run, and another one takes it
// over: each tick has one run, and each run its effect once.
func TestReplicasShareTicks(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		s := newServed(t, map[string]string{
			"each.lua": "schedule.declare{cron = '* * * * * *', overlap = 'allow'}\n" + fmt.Sprintf(effect, "each.lua") + "death.wait(schedule.tick())\nprint('done')\n",
		}).on(database)
		dying, hung, over := s.clock.Now().Add(40*time.Second), make(chan struct{}), make(chan struct{})
		defer close(over)
		death := func(hangs bool) declare.Module {
			type args struct {
				Tick time.Time `arg:"tick" doc:"A tick."`
			}
			return declare.Module{Name: "death", Doc: "Ends a process.", Funcs: []declare.Func{declare.Do("wait", "Waits.", func(_ context.Context, a args) error {
				if hangs && a.Tick.Equal(dying) {
					close(hung)
					<-over
				}
				return nil
			}).Reads()}}
		}
		replicas := []*replica{s.replica(death(false)), s.replica(death(true)), s.replica(death(false))}
		for _, r := range replicas {
			r.step()
		}
		const ticks = 120
		for i := range ticks + 30 {
			s.clock.move(time.Second)
			if s.clock.Now().Equal(dying) {
				victim := replicas[1]
				victim.server.Step(t.Context())
				go func() { _ = victim.shared.server.Round(context.WithoutCancel(t.Context())) }()
				<-hung
				victim.shared.server.Close()
				replicas = []*replica{replicas[0], replicas[2]}
			}
			for j := range replicas { // they take turns
				r := replicas[(i+j)%len(replicas)]
				if i < ticks {
					r.server.Step(t.Context())
				}
				if err := r.shared.server.Round(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		made, states := runsOf(t, c, "each.lua")
		if len(made) != ticks || states["SUCCESS"] != ticks || len(states) != 1 {
			t.Errorf("%d ticks have an effect, and the runs are %v; want %d\n%s", len(made), states, ticks, s.log)
		}
		for tick, count := range made {
			if count != 1 {
				t.Errorf("%s has %d effects", tick, count)
			}
		}
	})
}

// Whatever was due while no server ran is found from the database.
func TestTicksWithoutAServer(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		scripts := map[string]string{}
		for _, missed := range []string{"skip", "run_once", "run_all"} {
			scripts[missed+".lua"] = fmt.Sprintf("schedule.declare{cron = '@hourly', missed = '%s'}\n"+effect, missed, missed+".lua")
		}
		s := newServed(t, scripts).on(database)
		first := s.replica()
		first.step()
		s.clock.move(time.Hour)
		first.step()
		first.shared.end(time.Second)
		s.clock.move(5*time.Hour + 10*time.Minute)
		second := s.replica()
		for range 3 {
			second.step()
		}
		for script, want := range map[string]int{"skip.lua": 1, "run_once.lua": 2, "run_all.lua": 6} {
			if made, states := runsOf(t, c, script); len(made) != want || states["SUCCESS"] != want {
				t.Errorf("%s: %v, %v; want %d", script, made, states, want)
			}
		}
		s.expectCounts(map[string]int{"the script runs for each of them script=run_all.lua missed=5": 1, "have no runs of their own script=skip.lua missed=5": 1})
	})
}

// Overlap holds across servers: the runs of the first tick go on in one of them while the other
// ticks come. Of several ticks that wait in a queue, the last one runs.
func TestOverlapAcrossReplicas(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		scripts := map[string]string{}
		for _, overlap := range []string{"skip", "queue", "allow"} {
			scripts[overlap+".lua"] = fmt.Sprintf("schedule.declare{cron = '* * * * *', overlap = '%s'}\n"+effect, overlap, overlap+".lua") + "gate.wait()\n"
		}
		s := newServed(t, scripts).on(database)
		open := make(chan struct{})
		gate := declare.Module{Name: "gate", Doc: "Holds runs.", Funcs: []declare.Func{declare.Do("wait", "Waits.", func(context.Context, declare.None) error {
			<-open
			return nil
		}).Reads()}}
		replicas := []*replica{s.replica(gate), s.replica(gate), s.replica(gate)}
		for _, r := range replicas {
			r.step()
		}
		var rounds sync.WaitGroup
		for i, r := range replicas {
			s.clock.move(time.Minute)
			for j := range replicas {
				replicas[(i+j)%len(replicas)].server.Step(t.Context())
			}
			rounds.Go(func() {
				if err := r.shared.server.Round(t.Context()); err != nil {
					t.Error(err)
				}
			})
			s.until("the runs have begun", func() bool {
				log := s.log.String()
				return strings.Count(log, "started script=allow.lua") == i+1 && strings.Count(log, "started script=skip.lua") == 1 && strings.Count(log, "started script=queue.lua") == 1
			})
		}
		close(open)
		rounds.Wait()
		replicas[0].step()
		want := map[string]string{
			"skip.lua":  "map[2026-03-02T00:01:00Z:1]",
			"queue.lua": "map[2026-03-02T00:01:00Z:1 2026-03-02T00:03:00Z:1]",
			"allow.lua": "map[2026-03-02T00:01:00Z:1 2026-03-02T00:02:00Z:1 2026-03-02T00:03:00Z:1]",
		}
		for script, want := range want {
			if made, states := runsOf(t, c, script); fmt.Sprint(made) != want {
				t.Errorf("%s: %v, %v; want %s\n%s", script, made, states, want, s.log)
			}
		}
		s.expectCounts(map[string]int{"skipped: an earlier run goes on script=skip.lua": 2, "skipped: a later tick waits script=queue.lua tick=2026-03-02T00:02:00Z": 1})
	})
}

// A run that fails is tried again by whichever server is free, and on_failure is called once.
func TestADurableRunIsTriedAgain(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		makeRuns(t, database)
		s := newServed(t, map[string]string{"fails.lua": "schedule.declare{cron = '@hourly', retry = {count = 2, backoff = '1m'},\n" +
			"on_failure = function(f) log.error('gave up', {attempts = f.attempts, outcome = f.outcome}) end}\nerror('broken')\n"}).on(database)
		first, second := s.replica(), s.replica()
		first.step()
		second.step()
		s.clock.move(time.Hour)
		first.step()
		for _, r := range []*replica{second, first} {
			s.clock.move(2 * time.Minute)
			r.step()
			r.step()
		}
		s.expectCounts(map[string]int{
			"started script=fails.lua": 3, "trying again script=fails.lua": 2, "gave up attempts=3 outcome=failed": 1, "on_failure ended": 1,
			"run=tick-fails.lua-2026-03-02T01:00:00Z-retry-2": 2,
		})
	})
}

// Without the tables nothing starts, and the error says how to make them.
func TestDurableServeNeedsItsTables(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: database, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Shutdown(time.Second) })
		s := newServed(t, map[string]string{"x.lua": "schedule.declare{cron = '* * * * *'}\n"}).on(database)
		err = s.app.serve(t.Context(), s.folder, s.clock, serveOptions{parallel: 1, durable: true})
		if err == nil || !strings.Contains(err.Error(), "`dbos-script db init --runs` makes them") {
			t.Errorf("%v", err)
		}
	})
}

// A server is killed within a run, and started again with another text: a tick that has not begun
// runs with the new text. The run that has begun is told of, and goes on if the database is
// trusted.
func TestATickWaitsForItsText(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		text := "schedule.declare{cron = '* * * * *', overlap = 'queue'}\n" + fmt.Sprintf(effect, "x.lua") + "gate.wait()\nprint('%s')\n"
		s := newServed(t, map[string]string{"x.lua": fmt.Sprintf(text, "the first text")}).on(database)
		begun, over := make(chan struct{}), make(chan struct{})
		defer close(over)
		gate := func(hangs bool) declare.Module {
			return declare.Module{Name: "gate", Doc: "Holds runs.", Funcs: []declare.Func{declare.Do("wait", "Waits.", func(context.Context, declare.None) error {
				if hangs {
					close(begun)
					<-over
				}
				return nil
			}).Reads()}}
		}
		first := s.replica(gate(true))
		first.step()
		s.clock.move(time.Minute)
		first.server.Step(t.Context())
		ctx := context.WithoutCancel(t.Context())
		go func() { _ = first.shared.server.Round(ctx) }()
		<-begun
		s.clock.move(time.Minute)
		first.server.Step(t.Context()) // this tick waits
		first.shared.server.Close()
		s.write("x.lua", fmt.Sprintf(text, "the second text"))
		second := s.replica(gate(false))
		for range 15 {
			s.clock.move(2 * time.Second)
			second.step()
		}
		s.write("x.lua", fmt.Sprintf(text, "the third text"))
		second.step()
		s.expectCounts(map[string]int{"the first text\n": 0, "the second text\n": 1,
			"a run waits for a server with the text with which it began script=x.lua run=tick-x.lua-2026-03-02T00:01:00Z": 1})
		trusting := s.replicaWith(serveOptions{parallel: 1, trustDatabase: true}, gate(false))
		trusting.step()
		trusting.step()
		if made, states := runsOf(t, c, "x.lua"); states["SUCCESS"] != 2 || len(made) != 2 {
			t.Errorf("%v, %v", made, states)
		}
		s.expectCounts(map[string]int{"the first text\n": 1})
	})
}
