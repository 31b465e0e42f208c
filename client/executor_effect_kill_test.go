package client_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/worker"
)

// envKills names the environment variable with the number of kills of TestKillsAroundEffects.
const envKills = "DBOS_SCRIPT_TEST_KILLS"

const (
	// fewKills is the number of kills without it.
	fewKills = 200
	// slowTries is the number of tries of a property on Postgres, where each takes several tenths
	// of a second.
	slowTries = 30
)

// killedEffects is the number of effects of a run that is killed.
const killedEffects = 4

// A death is the place where an executor dies.
type death struct {
	effect int            // the number of the effect, if place is not onTheWire
	place  place          // in the effect
	flight int            // the number of the request since the launch, if place is onTheWire
	action pgproxy.Action // of that request
}

type place int

const (
	beforeTheEffect place = iota
	beforeTheCommit
	afterTheCommit
	onTheWire
)

func (d death) String() string {
	if d.place == onTheWire {
		return fmt.Sprintf("request %d, action %d", d.flight, d.action)
	}
	return fmt.Sprintf("effect %d, place %d", d.effect, d.place)
}

// A graveyard is a database on which executors die.
type graveyard struct {
	t     *testing.T
	b     clienttest.Backend
	c     client.Client
	runs  int // that have begun
	kills int
}

func newGraveyard(t *testing.T, name string) *graveyard {
	t.Helper()
	b := clienttest.On(t, name).Of(client.SDKGo)
	return &graveyard{t: t, b: b, c: b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })}
}

// A life is one executor with its client, until it dies.
type life struct {
	death   death
	x       *worker.Executor
	client  client.Client
	end     context.CancelFunc
	buried  chan struct{} // closed when the executor of the dead is closed
	armed   atomic.Bool
	flights atomic.Int64
	dead    atomic.Bool
}

// intercept counts the requests since the launch, and loses those of the dead.
func (l *life) intercept(pgproxy.Request) pgproxy.Action {
	switch {
	case l.dead.Load():
		return pgproxy.Lose
	case l.armed.Load() && l.death.place == onTheWire && l.flights.Add(1) == int64(l.death.flight):
		l.die()
		return l.death.action
	}
	return pgproxy.Pass
}

// die ends the executor as the death of its process would.
func (l *life) die() {
	if l.dead.CompareAndSwap(false, true) {
		l.end()
		go func() {
			defer close(l.buried)
			l.x.Close()
		}()
	}
}

// bury waits for the executor of the dead. The proxy must be closed, because its requests let an
// executor die at any time until then.
func (l *life) bury() {
	if l.dead.Load() {
		<-l.buried
	}
}

// at dies if this is the place.
func (l *life) at(effect int, place place) {
	if l.death.effect == effect && l.death.place == place {
		l.die()
	}
}

// run has effects that are not the same if they take place twice.
func (l *life) run(r *worker.Run) (any, error) {
	total := 0.0
	for i := range killedEffects {
		changed, err := r.Effect(fmt.Sprint("effect ", i), func(ctx context.Context) (any, error) {
			l.at(i, beforeTheEffect)
			changed, err := change(l.client.WithContext(ctx), r.WorkflowID(), i)
			l.at(i, beforeTheCommit)
			return changed, err
		})
		if err != nil {
			return nil, err
		}
		l.at(i, afterTheCommit)
		total += float64(changed.(int64))
	}
	return total, nil
}

// change enqueues workflows of a new id or sends a message, and then cancels what it has enqueued.
func change(c client.Client, run string, i int) (changed int, err error) {
	if i%2 == 1 {
		return 1, c.Send(run, i, fmt.Sprint("topic ", i))
	}
	handles, err := c.EnqueueMany("nobody listens", run+fmt.Sprint(" effect ", i), make([]any, 3))
	if err != nil {
		return 0, err
	}
	ids := make([]string, len(handles))
	for k, h := range handles {
		ids[k] = h.GetWorkflowID()
	}
	report, err := c.CancelAll(append(ids[:2:2], "unknown"))
	if err != nil {
		return 0, err
	}
	return report.Count(client.OutcomeChanged), nil
}

// A failer is a test, or one try of a property.
type failer interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// live lets an executor work until nothing is left to do, or it dies.
func (g *graveyard) live(t failer, d death) {
	l := &life{death: d, buried: make(chan struct{})}
	defer l.bury()
	config := g.b.Config()
	if g.b.Name != "SQLite" {
		proxy := pgproxy.New(g.t, config.DatabaseURL, pgproxy.Options{Intercept: l.intercept})
		defer proxy.Close()
		config.DatabaseURL = proxy.URL()
	}
	var ctx context.Context
	ctx, l.end = context.WithCancel(context.Background())
	defer l.end()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	l.client, err = client.NewClient(context.Background(), config)
	must(err)
	defer l.client.Shutdown(0)
	l.x, err = worker.NewExecutor(context.Background(), worker.ExecutorConfig{ClientConfig: config, Queues: []worker.Queue{{Name: "q"}}})
	must(err)
	l.x.Register("w", l.run, worker.ExecutorOptions{})
	must(l.x.Launch(ctx))
	g.b.Clock.Advance(time.Minute) // the leases of the others are looked at
	l.armed.Store(true)
	_, err = l.x.Work(ctx)
	if err == nil && !l.dead.Load() {
		err = l.x.Stop(ctx)
	}
	if !l.dead.Load() {
		must(err)
		l.x.Close()
		return
	}
	g.kills++
	g.b.Exec("DELETE FROM {dbos_script_executors}", nil) // its lease is over
}

// outlive lets executors die one after the other in one run, and a last one finish it, and checks
// the effects.
func (g *graveyard) outlive(t failer, deaths []death) {
	g.runs++
	id := fmt.Sprint("run ", g.runs)
	_, err := g.c.Enqueue("q", "w", nil, client.WithEnqueueApplicationName("dbos-script"), client.WithEnqueueWorkflowID(id))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(deaths, death{effect: -1}) {
		g.live(t, d)
	}
	row := g.b.Workflow(id)
	if row["status"] != "SUCCESS" || row["output"] != "Ng==" { // 2 + 1 + 2 + 1
		t.Fatalf("after %v, %s ended as %v with %v", deaths, id, row["status"], row["output"])
	}
	args := map[string]any{"id": id}
	if steps := g.b.Rows("operation_outputs", "workflow_uuid = :id", args); len(steps) != killedEffects {
		t.Fatalf("after %v, %s has %d steps", deaths, id, len(steps))
	}
	messages := g.b.Rows("notifications", "destination_uuid = :id", args)
	for i := range killedEffects {
		effect := map[string]any{"name": id + fmt.Sprint(" effect ", i)}
		made := len(g.b.Rows("workflow_status", "name = :name", effect))
		cancelled := len(g.b.Rows("workflow_status", "name = :name AND status = 'CANCELLED'", effect))
		if i%2 == 0 && (made != 3 || cancelled != 2) {
			t.Fatalf("after %v, effect %d of %s made %d workflows, of which %d are cancelled", deaths, i, id, made, cancelled)
		}
	}
	if len(messages) != killedEffects/2 {
		t.Fatalf("after %v, %s has %d messages", deaths, id, len(messages))
	}
}

// everyDeath returns the deaths at each place of a run: around each effect and, on a server, before
// and after each request has taken effect, and in the middle of it and of its answer.
func everyDeath(wire bool) (all []death) {
	for effect := range killedEffects {
		for _, place := range []place{beforeTheEffect, beforeTheCommit, afterTheCommit} {
			all = append(all, death{effect: effect, place: place})
		}
	}
	if !wire {
		return all
	}
	const requests = 26 // of a run without a death, about
	for flight := 1; flight <= requests; flight++ {
		for _, action := range []pgproxy.Action{pgproxy.Lose, pgproxy.LoseAnswer, pgproxy.CutRequest(2), pgproxy.CutAnswer(3)} {
			all = append(all, death{place: onTheWire, flight: flight, action: action})
		}
	}
	return all
}

// wantedKills returns the number of kills of the environment, or a few.
func wantedKills(t *testing.T) int {
	t.Helper()
	text := os.Getenv(envKills)
	if text == "" {
		return fewKills
	}
	count, err := strconv.Atoi(text)
	mustDo(t, err)
	return count
}

// An executor dies at each place of a run, before an effect, between its request and the answer,
// before and after the commit, and its successor at the next place, and so on. Each effect takes
// place exactly once, and each result is recorded.
func TestKillsAroundEffects(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Postgres", "SQLite"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraveyard(t, name)
			all := everyDeath(name != "SQLite")
			for i := 0; g.kills < wantedKills(t); i++ {
				deaths := []death{all[i%len(all)]}
				for k := range i / len(all) { // once each place had its turn, several die in one run
					deaths = append(deaths, all[(i*7+k*13)%len(all)])
				}
				g.outlive(t, deaths)
			}
			t.Logf("%d kills in %d runs", g.kills, g.runs)
		})
	}
}

// Any sequence of deaths leaves each effect exactly once.
func TestEffectsOutliveAnyDeaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Postgres", "SQLite"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraveyard(t, name)
			one := rapid.SampledFrom(everyDeath(name != "SQLite"))
			rapid.Check(t, func(t *rapid.T) {
				if deaths := rapid.SliceOfN(one, 0, 4).Draw(t, "deaths"); name == "SQLite" || g.runs < slowTries {
					g.outlive(t, deaths)
				}
			})
		})
	}
}
