package main

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

const workScript = `
workflow.declare{name = "work", queue = "ops", max_recovery_attempts = 1}
dbos.enqueue("effects", "work.lua", workflow.input(), {sdk = "go", application_name = "shop"})
death.wait()
return {input = workflow.input(), id = workflow.id()}
`

// Servers die while they execute a workflow: another one goes on with it, and its effect took place
// once. After too many deaths it is a dead letter.
func TestAWorkflowOutlivesItsServers(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		c := makeRuns(t, database)
		for kills, want := range map[int]client.WorkflowStatusType{1: client.WorkflowStatusSuccess, 2: client.WorkflowStatusMaxRecoveryAttemptsExceeded} {
			id := fmt.Sprintf("killed-%d", kills)
			s := newServed(t, map[string]string{"work.lua": workScript}).on(database)
			if _, err := c.Enqueue("ops", "work", client.PortableWorkflowArgs{PositionalArgs: []any{id}}, client.WithEnqueueWorkflowID(id)); err != nil {
				t.Fatal(err)
			}
			for range kills {
				s.killWithin(t)
			}
			last := s.replica(death(nil, nil))
			for range 40 {
				s.clock.move(time.Second)
				last.step()
			}
			found, err := c.ListWorkflows(client.WithWorkflowIDs([]string{id}), client.WithLoadOutput(true))
			if err != nil || len(found) != 1 || found[0].Status != want {
				t.Fatalf("after %d deaths: %+v, %v\n%s", kills, found, err, s.log)
			}
			if output := map[string]any{"input": id, "id": id}; want == client.WorkflowStatusSuccess && !reflect.DeepEqual(found[0].Output, output) {
				t.Errorf("the output is %v, want %v", found[0].Output, output)
			}
			if made, _ := runsOf(t, c, "work.lua"); made[id] != 1 {
				t.Errorf("after %d deaths there are %d effects", kills, made[id])
			}
		}
	})
}

// death returns a module whose one function waits until over is closed, and says so on hung. It
// does nothing if hung is nil.
func death(hung chan<- bool, over <-chan struct{}) declare.Module {
	return declare.Module{Name: "death", Doc: "Ends a process.", Funcs: []declare.Func{declare.Do("wait", "Waits.", func(context.Context, declare.None) error {
		if hung != nil {
			hung <- true
			<-over
		}
		return nil
	}).Reads()}}
}

// killWithin starts a server, and ends it as a crash would while it executes a workflow.
func (s *served) killWithin(t *testing.T) {
	t.Helper()
	hung, over := make(chan bool), make(chan struct{})
	t.Cleanup(func() { close(over) })
	victim := s.replica(death(hung, over))
	for range 40 {
		s.clock.move(time.Second)
		victim.server.Step(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- victim.shared.server.Round(context.WithoutCancel(t.Context())) }()
		select {
		case <-hung:
			victim.shared.server.Close()
			return
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Fatalf("no workflow has begun\n%s", s.log)
}

// Scripts may share a queue if they declare the same limits of it.
func TestPlansOfAFolderFit(t *testing.T) {
	t.Parallel()
	limited := func(name, queue string, concurrency, limit int) stdlib.WorkflowPlan {
		p := stdlib.WorkflowPlan{Name: name, Queue: queue, Concurrency: concurrency}
		if limit > 0 {
			p.RateLimit = &stdlib.WorkflowRate{Limit: limit, Period: time.Second}
		}
		return p
	}
	w := declaredWorkflows{plans: map[string]stdlib.WorkflowPlan{"a.lua": limited("a", "ops", 2, 5)}}
	for _, test := range []struct {
		script string
		plan   stdlib.WorkflowPlan
		fits   bool
	}{
		{"b.lua", limited("b", "ops", 2, 5), true},
		{"b.lua", limited("b", "others", 9, 0), true},
		{"a.lua", limited("a", "ops", 3, 0), true},
		{"b.lua", limited("a", "others", 2, 5), false},
		{"b.lua", limited("b", "ops", 3, 5), false},
		{"b.lua", limited("b", "ops", 2, 6), false},
		{"b.lua", limited("b", "ops", 2, 0), false},
	} {
		if err := w.fits(test.script, test.plan); (err == nil) != test.fits {
			t.Errorf("%s with %+v: %v", test.script, test.plan, err)
		}
	}
}
