package durable

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// A record keeps the steps of a journal as the steps of a workflow.
type record struct{ run *worker.Run }

// RecordOf returns the record of a journal that is the workflow of a run. A step is a row of
// operation_outputs, in portable JSON: its output is an object with the result of the call and, as
// "call", all that a replay needs besides; its error is that of the call, with the same as data. A
// step of its own, such as a wait, is the row that an SDK writes. The record is a journal.Workflow.
func RecordOf(run *worker.Run) journal.Record { return record{run} }

// Load returns the steps that the workflow has.
func (r record) Load(context.Context) ([]journal.Step, error) {
	recorded, err := r.run.Recorded()
	if err != nil {
		return nil, err
	}
	return stepsOf(recorded)
}

func stepsOf(rows []worker.Recording) (steps []journal.Step, err error) {
	steps = make([]journal.Step, len(rows))
	for i, row := range rows {
		if steps[i], err = stepOf(row); err != nil {
			return nil, fmt.Errorf("step %d of the run, %s, cannot be read: %w", row.Number, row.Name, err)
		}
	}
	return steps, nil
}

// Change makes a change in the transaction that records its step.
func (r record) Change(ctx context.Context, s journal.Step, number func(string) int, do func(context.Context) (journal.Step, error)) (journal.Step, error) {
	recorded, err := r.run.RecordEffect(ctx, worker.Recording{Number: s.Number, Name: s.Name, Began: s.Began}, number,
		func(ctx context.Context) (worker.Recording, error) {
			made, err := do(ctx)
			switch {
			case errors.Is(err, journal.ErrAgain):
				return worker.Recording{}, worker.ErrAgain
			case err != nil:
				return worker.Recording{}, err
			}
			return rowOf(made)
		})
	if err != nil {
		return s, err
	}
	return stepOf(recorded)
}

// Append records a step.
func (r record) Append(_ context.Context, s journal.Step) error {
	row, err := rowOf(s)
	if err != nil {
		return err
	}
	return r.run.Record(row)
}

// Later records a step together with the next one.
func (r record) Later(_ context.Context, s journal.Step) error {
	row, err := rowOf(s)
	if err != nil {
		return err
	}
	return r.run.RecordLater(row)
}

// Flush records the steps of Later.
func (r record) Flush(context.Context) error { return r.run.Flush() }

// An envelope is the output of a step.
type envelope struct {
	Result json.RawMessage `json:"result,omitempty"`
	Call   call            `json:"call"`
}

// A call is all that a replay needs besides the result.
type call struct {
	Arguments string `json:"arguments"` // a hash
	Where     string `json:"where,omitempty"`
	Within    int    `json:"within,omitempty"`
	Changes   int64  `json:"changes,omitempty"`
}

// A failure is the error of a step, in the form of portable JSON.
type failure struct {
	Name    string      `json:"name"`
	Message string      `json:"message"`
	Code    string      `json:"code,omitempty"`
	Data    failureData `json:"data"`
}

type failureData struct {
	Error json.RawMessage `json:"error"` // as the journal has it
	Call  call            `json:"call"`
}

// rowOf returns the row of a step.
func rowOf(s journal.Step) (worker.Recording, error) {
	row := worker.Recording{Number: s.Number, Name: s.Name, Began: s.Began, Ended: s.Ended}
	about := call{s.Arguments, s.Where, s.Within, s.Changes}
	var err error
	switch {
	case s.Error != nil:
		row.Error, err = encode(failureOf(s.Error, about))
	case journal.Own(s.Name):
		row.Output = string(s.Result)
	default:
		row.Output, err = encode(envelope{s.Result, about})
	}
	return row, err
}

// failureOf returns the error of a step with the text and the code that a script sees.
func failureOf(recorded json.RawMessage, about call) failure {
	var seen struct {
		Value struct {
			Text string `json:"text"`
			Code string `json:"code"`
		} `json:"v"`
	}
	f := failure{Name: "Error", Data: failureData{recorded, about}}
	if json.Unmarshal(recorded, &seen) == nil && seen.Value.Text != "" {
		f.Message, f.Code = seen.Value.Text, seen.Value.Code
		return f
	}
	f.Message = string(recorded)
	return f
}

// encode returns JSON whose raw parts keep their bytes.
func encode(value any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return string(bytes.TrimSuffix(out.Bytes(), []byte("\n"))), err
}

// stepOf returns the step of a row.
func stepOf(row worker.Recording) (journal.Step, error) {
	s := journal.Step{Number: row.Number, Name: row.Name, Began: row.Began, Ended: row.Ended}
	switch {
	case row.Name == journal.SleepName:
		_, err := strconv.ParseInt(row.Output, 10, 64)
		s.Result, s.Arguments = json.RawMessage(row.Output), row.Ended.Sub(row.Began).String()
		return s, err
	case worker.IsBatch(row.Name):
		return s, nil
	case journal.Own(row.Name) && row.Error == "":
		if s.Result = json.RawMessage(row.Output); row.Output == "" {
			s.Result = nil
		}
		s.Within = within(row.Name)
		return s, nil
	case row.Error != "":
		var f failure
		err := json.Unmarshal([]byte(row.Error), &f)
		s.Error = f.Data.Error
		f.Data.Call.of(&s)
		s.Within = max(s.Within, within(row.Name))
		return s, err
	}
	var e envelope
	err := json.Unmarshal([]byte(row.Output), &e)
	s.Result = e.Result
	e.Call.of(&s)
	return s, err
}

// within returns how many numbers a step of its own has beside the first: a Recv has one for the
// end of its wait.
func within(name string) int {
	if name == journal.RecvName {
		return 1
	}
	return 0
}

func (c call) of(s *journal.Step) {
	s.Arguments, s.Where, s.Within, s.Changes = c.Arguments, c.Where, c.Within, c.Changes
}
