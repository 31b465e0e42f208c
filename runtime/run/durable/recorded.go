package durable

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/client/worker/store"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A Recorded run has all that a replay needs, as the database keeps it.
type Recorded struct {
	Format string         `json:"format"` // recordedFormat
	Run    string         `json:"run"`    // the id
	Status string         `json:"status"` // of the workflow
	Output string         `json:"output,omitempty"`
	Plan   Plan           `json:"plan"`
	Called *RecordedCall  `json:"called,omitempty"` // nil unless an application has enqueued the run
	Source Bundle         `json:"source"`
	Steps  []RecordedStep `json:"steps"`
}

// A RecordedCall is the input of a workflow that an application has enqueued, as it is stored.
type RecordedCall struct {
	Input         string `json:"input"`
	Serialization string `json:"serialization"`
}

// A RecordedStep is a row of operation_outputs.
type RecordedStep struct {
	Number int    `json:"number"`
	Name   string `json:"name"`
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
	Began  int64  `json:"began"` // Unix milliseconds, like Ended
	Ended  int64  `json:"ended"`
}

// recordedFormat is the first member of a file with a recorded run.
const recordedFormat = "dbos-script recorded run 1"

// ReadRecorded returns the recorded run of an id, which may be under way, or nil if there is no
// such workflow. It changes nothing. It returns worker.ErrNoRunTables if the database has no
// durable runs, and a *RunError if the workflow is no run, or if its source was deleted.
func ReadRecorded(ctx context.Context, id string, config client.ClientConfig) (*Recorded, error) {
	s, err := store.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	found, err := s.Run(ctx, id)
	switch {
	case err != nil || found == nil:
		return nil, err
	case found.Application != Application && found.Application != "":
		return nil, errForeign(id, found.Application)
	}
	r := &Recorded{Format: recordedFormat, Run: id, Status: found.Status, Output: found.Output}
	if err := r.plan(found); err != nil {
		return nil, err
	}
	sources, err := s.Sources(ctx, r.Plan.Source)
	switch {
	case err != nil:
		return nil, err
	case len(sources) == 0:
		return nil, errNoSource(id, r.Plan.Source)
	}
	if r.Source, err = decodeBundle(sources[0].Text); err != nil {
		return nil, err
	}
	for _, s := range found.Steps {
		r.Steps = append(r.Steps, RecordedStep{s.Number, s.Name, s.Output, s.Error, s.Began.UnixMilli(), s.Ended.UnixMilli()})
	}
	return r, nil
}

// plan reads the plan of a run.
func (r *Recorded) plan(found *store.Run) error {
	var input struct {
		Plan map[string]any `json:"namedArgs"`
	}
	err := json.Unmarshal([]byte(found.Input), &input)
	plan, planned := recordedPlan(input.Plan)
	hash := sourceOf(found.Version)
	switch {
	case found.Application == "":
		return errNoPlan(r.Run)
	case err == nil && planned:
		r.Plan = plan
		return nil
	case hash == "":
		return errNoPlan(r.Run)
	}
	r.Called = &RecordedCall{found.Input, found.Serialization}
	r.Plan = calledPlan(found.Name, hash, found.Created, r.call())
	return nil
}

// call returns what an application has called, or nil if none has.
func (r *Recorded) call() *stdlib.WorkflowCall {
	if r.Called == nil {
		return nil
	}
	args := worker.ArgsOf(codec.Encoded{Text: r.Called.Input, Codec: r.Called.Serialization, Null: r.Called.Input == ""})
	return &stdlib.WorkflowCall{ID: r.Run, Positional: args.PositionalArgs, Named: args.NamedArgs}
}

// DecodeRecorded reads a recorded run that Write has written.
func DecodeRecorded(text []byte) (*Recorded, error) {
	r := &Recorded{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("it is no recorded run: %w", err)
	}
	if r.Format != recordedFormat {
		return nil, fmt.Errorf("it is no recorded run: it begins with the format %q, not %q", r.Format, recordedFormat)
	}
	return r, nil
}

// Write writes the run as JSON, for DecodeRecorded.
func (r *Recorded) Write(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// steps returns the steps as a journal has them.
func (r *Recorded) steps() ([]journal.Step, error) {
	rows := make([]worker.Recording, len(r.Steps))
	for i, s := range r.Steps {
		rows[i] = worker.Recording{Number: s.Number, Name: s.Name, Output: s.Output, Error: s.Error, Began: time.UnixMilli(s.Began), Ended: time.UnixMilli(s.Ended)}
	}
	return stepsOf(rows)
}
