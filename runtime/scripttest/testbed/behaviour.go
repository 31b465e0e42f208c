package testbed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// behaviour describes the actions of a workflow when the fleet runs it.
type behaviour struct {
	Steps  []step           `json:"steps" doc:"Its steps, one after the other; a step that is recorded already is not taken again."`
	Takes  time.Duration    `json:"takes" doc:"How long it works after its steps, by the test's clock." min:"0"`
	Output any              `json:"output" doc:"Its result."`
	Error  any              `json:"error" doc:"The error with which it fails after its steps: a message, or a table with name, message and code. It succeeds when not given."`
	Times  int              `json:"times" doc:"How many of its runs fail, those of its forks included, before one succeeds; all of them when not given." min:"1"`
	Events map[string]any   `json:"events" doc:"The events that it publishes before it ends, by key."`
	Run    declare.Callback `json:"run" doc:"Called after its steps with a table of id, name, input and attempt (1 for the first run); it returns the output, and an error it raises is the workflow's."`
}

// step is a step of a behaviour.
type step struct {
	Name   string         `json:"name" doc:"The step's name; not needed with sleep and recv."`
	Output any            `json:"output" doc:"Its result."`
	Error  any            `json:"error" doc:"The error with which the step and the workflow fail: a message, or a table with name, message and code."`
	Times  int            `json:"times" doc:"In how many runs it fails, those of forks included; in all of them when not given." min:"1"`
	Takes  time.Duration  `json:"takes" doc:"How long it takes by the test's clock." min:"0"`
	Sleep  *time.Duration `json:"sleep" doc:"Makes it a durable sleep of so long." min:"0"`
	Recv   *string        `json:"recv" doc:"Makes it a wait for a message on this topic (empty for none). It returns the message, and waits for the time in takes, or for an hour."`
}

// played identifies a workflow function, as the columns of a row do.
type played struct{ name, class, config string }

// register lets the fleet run the workflows of a name.
func (w *World) register(key played) {
	if w.registered[key] {
		return
	}
	w.registered[key] = true
	w.worker.Register(key.name, func(r *worker.Run) (any, error) { return w.play(r, key) },
		worker.RegisterOptions{ClassName: key.class, ConfigName: key.config})
}

// play is the function of every workflow of the fleet.
func (w *World) play(r *worker.Run, key played) (any, error) {
	root, err := w.root(r.Context(), r.WorkflowID())
	if err != nil {
		return nil, err
	}
	w.tries[root]++
	attempt := w.tries[root]
	if err := w.trouble.strike(r, key.name); err != nil {
		return nil, err
	}
	b := w.single[root]
	if b == nil {
		b = w.named[key]
	}
	if b == nil {
		b = &behaviour{}
	}
	for _, s := range b.Steps {
		if err := s.take(r, attempt); err != nil {
			return nil, err
		}
	}
	return b.finish(w, r, attempt)
}

// root is the workflow that a fork goes back to.
func (w *World) root(ctx context.Context, id string) (string, error) {
	for {
		rows, err := w.database.Records(ctx, "workflow_status", "workflow_uuid = :id", map[string]any{"id": id})
		if err != nil || len(rows) == 0 || text(rows[0]["forked_from"]) == "" {
			return id, err
		}
		id = text(rows[0]["forked_from"])
	}
}

func (s step) take(r *worker.Run, attempt int) error {
	const maxWait = time.Hour
	switch {
	case s.Sleep != nil:
		return r.Sleep(*s.Sleep)
	case s.Recv != nil && s.Takes > 0:
		_, err := r.Recv(*s.Recv, s.Takes)
		return err
	case s.Recv != nil:
		_, err := r.Recv(*s.Recv, maxWait)
		return err
	}
	_, err := r.Step(s.Name, func() (any, error) {
		if s.Takes > 0 {
			if err := r.Work(s.Takes); err != nil {
				return nil, err
			}
		}
		return s.Output, failing(s.Error, s.Times, attempt)
	})
	return err
}

func (b *behaviour) finish(w *World, r *worker.Run, attempt int) (any, error) {
	if b.Takes > 0 {
		if err := r.Work(b.Takes); err != nil {
			return nil, err
		}
	}
	for _, key := range sortedKeys(b.Events) {
		if err := r.SetEvent(key, b.Events[key]); err != nil {
			return nil, err
		}
	}
	if err := failing(b.Error, b.Times, attempt); err != nil || b.Run == nil {
		return b.Output, err
	}
	return w.ask(b.Run, r, attempt)
}

// ask calls the test's function under the test's own call, because the current call may belong to
// a script.
func (w *World) ask(fn declare.Callback, r *worker.Run, attempt int) (any, error) {
	results, err := fn.Call(w.test, declare.Members{
		{Key: "id", Value: r.WorkflowID()}, {Key: "name", Value: r.Name()}, {Key: "input", Value: r.Input()}, {Key: "attempt", Value: attempt},
	})
	if err != nil || len(results) == 0 {
		return nil, err
	}
	return results[0].Value()
}

// failing is the error of one of the first runs, or of every run without a number.
func failing(failure any, times, attempt int) error {
	if failure == nil || times > 0 && attempt > times {
		return nil
	}
	return remoteError(failure)
}

// remoteError reads an error as tests write it.
func remoteError(failure any) *codec.RemoteError {
	members, ok := failure.(map[string]any)
	if !ok {
		message, _ := failure.(string)
		return &codec.RemoteError{Message: message}
	}
	name, _ := members["name"].(string)
	message, _ := members["message"].(string)
	return &codec.RemoteError{Name: name, Message: message, Code: members["code"], Data: members["data"]}
}

// checkError refuses an error that is neither text nor a table with a message.
func checkError(path string, failure any) error {
	switch value := failure.(type) {
	case nil, string:
		return nil
	case map[string]any:
		if _, ok := value["message"].(string); ok {
			return nil
		}
	}
	return declare.BadArgument(path, "a message expected, or a table with name, message and code")
}

func (b *behaviour) check(path string) error {
	if err := checkError(path+"error", b.Error); err != nil {
		return err
	}
	for i, s := range b.Steps {
		if err := s.check(path, i); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error for a step that has no name although it needs one, or whose error has no
// message.
func (s step) check(path string, i int) error {
	if s.Name == "" && s.Sleep == nil && s.Recv == nil {
		failed := declare.BadArgument(path+"steps", "a step needs a name")
		failed.Path = fmt.Sprintf("[%d]", i+1)
		return failed
	}
	return checkError(fmt.Sprintf("%ssteps[%d].error", path, i+1), s.Error)
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
