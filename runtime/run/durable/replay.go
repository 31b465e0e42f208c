package durable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A Replayed is the result of a replay.
type Replayed struct {
	// Matched is how many of the recorded steps the script has asked for.
	Matched int
	// Next is the first call that is not recorded, at which the replay stopped. It is nil if the
	// script makes no such call, which is always so if its run came to its end.
	Next *journal.Step
}

// Replay executes the script of a recorded run, and answers its calls with the recorded steps, so
// it makes no call and no change. config is the one of a run of the script. changed replaces the
// script if it is not nil. matched is called with each step that the script asks for, and may be
// nil.
//
// It returns a *journal.NonDeterministicError if the script makes another call than the recorded
// one, a *DifferentEndError if it ends in another way or returns another value, and the error of
// the script if something stopped it, such as a limit.
func (r *Recorded) Replay(ctx context.Context, config run.Config, changed *Bundle, matched func(journal.Step)) (Replayed, error) {
	steps, err := r.steps()
	if err != nil {
		return Replayed{}, err
	}
	script := r.Source
	if changed != nil {
		script = *changed
	}
	var made Replayed
	r.apply(&config, script, func(s journal.Step) {
		made.Matched++
		if matched != nil {
			matched(s)
		}
	})
	output, ended, err := run.Replay(ctx, config, script.source(r.Plan.Script), steps)
	if differs, ok := errors.AsType[*journal.NonDeterministicError](err); ok && differs.Recorded == nil && !r.complete() {
		made.Next = differs.Asked
		return made, nil
	}
	if err == nil {
		err = r.compareEnd(ended)
	}
	if err == nil && ended == nil {
		err = r.compareOutput(output)
	}
	return made, err
}

// apply changes the configuration of a run so that the run has no effect and replays r.
func (r *Recorded) apply(config *run.Config, script Bundle, matched func(journal.Step)) {
	config.Script, config.Arguments = r.Plan.Script, r.Plan.Arguments
	config.Stdin, config.Stdout, config.Stderr, config.FullScreen = nil, nil, nil, false
	config.Safety = run.Safety{Yes: true}
	config.Database.ReadOnly = true
	config.Opening, config.Transport, config.Needs = nil, refusing{}, nil
	e := &config.Environment
	if r.Plan.Tick != nil {
		e.Tick = r.Plan.Tick.At
	}
	e.ID, e.ModuleTexts, e.Workflow = r.Run, script.Modules, r.call()
	e.Journal = &journal.Config{Run: r.Run, Began: r.Plan.Began, Sleep: noSleep, Matched: matched}
}

// noSleep ends the wait of a step at once.
func noSleep(context.Context, time.Duration) error { return nil }

// refusing is a transport that sends no request.
type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("a replay sends no requests")
}

// complete returns true if the script of the run came to its end, and was not ended from outside.
func (r *Recorded) complete() bool { return r.Status == "SUCCESS" || r.Status == "ERROR" }

// A DifferentEndError is the error of a replay that makes the recorded calls, but ends in another
// way. Both ends are words for a person, such as "the exit code 0".
type DifferentEndError struct{ Recorded, Replayed string }

// Error returns both ends.
func (e *DifferentEndError) Error() string {
	return fmt.Sprintf("the calls are the recorded ones, but the run ended with %s, and its replay with %s", e.Recorded, e.Replayed)
}

// compareEnd returns a *DifferentEndError if the recorded run ended in another way than the replay,
// whose error is replayed. It returns nil if the run has no end to compare with.
func (r *Recorded) compareEnd(replayed error) error {
	if !r.complete() {
		return nil
	}
	was, is := "an error", "an error"
	if r.Status == "SUCCESS" {
		was = r.success()
	}
	exit, exited := errors.AsType[*stdlib.ExitRequest](replayed)
	switch {
	case r.Called != nil && (replayed == nil || exited && exit.ExitCode() == 0):
		is = returned
	case r.Called != nil: // its script failed, or called exit with a code other than 0
	case exited:
		is = fmt.Sprintf("the exit code %d", exit.ExitCode())
	case replayed == nil:
		is = "the exit code 0"
	}
	if was == is {
		return nil
	}
	if replayed != nil && !exited {
		is += ": " + replayed.Error()
	}
	return &DifferentEndError{was, is}
}

// returned is the end of a run that an application has enqueued, if it succeeds.
const returned = "a result"

// success returns the end of the recorded run, which has succeeded.
func (r *Recorded) success() string {
	if r.Called != nil {
		return returned
	}
	var output struct {
		ExitCode int `json:"exit_code"`
	}
	_ = json.Unmarshal([]byte(r.Output), &output) // without an exit code in the output it is 0
	return fmt.Sprintf("the exit code %d", output.ExitCode)
}

// compareOutput returns a *DifferentEndError if the recorded run returned another value. Only a run
// that an application has enqueued, and that succeeded, has returned one. The replayed value is
// encoded and decoded once, because the recorded one was too.
func (r *Recorded) compareOutput(replayed any) error {
	if r.Called == nil || r.Status != "SUCCESS" {
		return nil
	}
	form := codec.DBOSJSON
	if r.Called.Serialization == codec.PortableJSON {
		form = codec.PortableJSON
	}
	encoded, err := codec.Encode(form, replayed)
	if err != nil {
		return err
	}
	was, is := codec.Encoded{Text: r.Output, Codec: form}.Decode(), codec.Encoded{Text: encoded, Codec: form}.Decode()
	if reflect.DeepEqual(was, is) {
		return nil
	}
	return &DifferentEndError{"the result " + brief(was), "the result " + brief(is)}
}

// shownResult is how many bytes of a result an error shows.
const shownResult = 200

// brief returns a value as JSON, cut short.
func brief(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		text = fmt.Append(nil, value)
	}
	if len(text) <= shownResult {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:shownResult]), "") + "…"
}
