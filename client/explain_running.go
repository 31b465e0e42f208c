package client

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// pendingRules are the rules of a workflow that an executor has taken.
func pendingRules() []rule {
	return []rule{deadlinePassed, waitsForChild, sleeping, neverRegistered, executorSilent, runs}
}

// mayBeUnknown returns true if none of the name of the workflow has ever run, and it has stored no
// step. The first workflow of a name in its first step looks the same as one of a name that no
// application has registered, which an executor takes, logs and leaves PENDING.
func (f *facts) mayBeUnknown() bool {
	return f.seen != nil && f.workflow.QueueName != "" && unknownName(f) != nil
}

// noneOfItsName is the evidence that the name of the workflow may be unknown.
func (f *facts) noneOfItsName() []string {
	if !f.mayBeUnknown() {
		return nil
	}
	return []string{fmt.Sprintf("none of the name %q has ended or stored a step yet: if the executor does not have the function, its log names the workflow", f.workflow.Name)}
}

// isSlip returns true if the name is nearly that of a workflow that has run.
func (f *facts) isSlip() bool {
	return nearest.IsSlip(f.workflow.Name, column(f.seen.registrations(), func(r registration) string { return r.name }))
}

// lastStep returns the newest step, or an empty one.
func (f *facts) lastStep() StepInfo {
	if len(f.steps) == 0 {
		return StepInfo{}
	}
	return f.steps[0]
}

func waitsForChild(f *facts) *Reason {
	if len(f.children) == 0 {
		return nil
	}
	first := f.children[0]
	evidence := make([]string, len(f.children))
	for i, c := range f.children {
		evidence[i] = fmt.Sprintf("child %q (%s) is %s", c.id, c.name, c.status)
		if c.queue != "" {
			evidence[i] += fmt.Sprintf(" on queue %q", c.queue)
		}
	}
	return &Reason{Cause: CauseWaitsForChild, Evidence: evidence, Command: command("why", first.id),
		Text: fmt.Sprintf("it has started %q, which is %s, and likely waits for it", first.id, first.status)}
}

// sleeping holds if the newest step is the alarm of a sleep, or of a wait with a timeout,
// that is not over. A wait takes two step numbers and records the second first: then the one
// before is missing.
func sleeping(f *facts) *Reason {
	step := f.lastStep()
	until, ok := alarm(step)
	if step.StepName != "DBOS.sleep" || !ok || !until.After(f.now) {
		return nil
	}
	if f.skips(step.StepID) {
		text := fmt.Sprintf("it waits for a message or an event until %s", clock(until))
		evidence := []string{fmt.Sprintf("step %d has begun, and its alarm is step %d", step.StepID-1, step.StepID)}
		if f.unread > 0 {
			evidence = append(evidence, fmt.Sprintf("%d messages to it are not received: they may be for another topic", f.unread))
		}
		return &Reason{Cause: CauseWaitsForMessage, Text: text, Evidence: evidence,
			Command: command("send", f.workflow.ID, "--message", "JSON", "--topic", "TOPIC")}
	}
	return &Reason{Cause: CauseSleeping, Text: fmt.Sprintf("it sleeps for another %s, until %s", span(until.Sub(f.now)), clock(until)),
		Evidence: []string{fmt.Sprintf("step %d is DBOS.sleep", step.StepID)}}
}

// skips returns true if there is no step before one, though the workflow has counted it.
func (f *facts) skips(number int) bool {
	if number == 0 {
		return false
	}
	if len(f.steps) > 1 {
		return f.steps[1].StepID < number-1
	}
	return number == 1 && !f.countsFromOne() || number > 1
}

// countsFromOne returns true if the SDK of the workflow is known to count steps from 1: Python.
func (f *facts) countsFromOne() bool { return f.workflow.Serialization == "py_pickle" }

// alarm returns the time that a sleep has recorded: milliseconds in Go and TypeScript, seconds in
// Python.
func alarm(step StepInfo) (time.Time, bool) {
	text := fmt.Sprint(step.Output)
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || number <= 0 {
		return time.Time{}, false
	}
	if number < 1e11 {
		number *= 1000
	}
	return time.UnixMilli(int64(number)).UTC(), true
}

// neverRegistered holds if the name is a typing error, or if the workflow has done nothing for too
// long and its executor works.
func neverRegistered(f *facts) *Reason {
	wf := f.workflow
	if !f.mayBeUnknown() || !f.isSlip() && (f.now.Sub(cmp.Or(wf.StartedAt, wf.CreatedAt)) < silence || f.executor().Verdict != ExecutorAlive) {
		return nil
	}
	r := unknownName(f)
	r.Text = fmt.Sprintf("executor %q has taken it %s ago and stored no step; %s", wf.ExecutorID, f.since(cmp.Or(wf.StartedAt, wf.CreatedAt)), r.Text)
	r.Evidence = []string{"if the executor does not have the function, its log names the workflow; else its first step is long"}
	r.Command = command("cancel", wf.ID)
	return r
}

// executorSilent holds if the verdict on the executor, which is that of Executors, is that it
// is silent or dead.
func executorSilent(f *facts) *Reason {
	wf := f.workflow
	e := f.executor()
	if e.Verdict == ExecutorAlive {
		return nil
	}
	evidence := []string{fmt.Sprintf("executor %q was last seen at %s", wf.ExecutorID, clock(e.SeenAt))}
	if step := f.lastStep(); step.StepName != "" {
		evidence = append(evidence, fmt.Sprintf("its last step is %d, %s", step.StepID, step.StepName))
	}
	return &Reason{Cause: CauseExecutorSilent, Evidence: append(evidence, f.noneOfItsName()...), Command: command("recover", wf.ID),
		Text: fmt.Sprintf("its executor %q is %s: %s", wf.ExecutorID, e.Verdict, e.Reason)}
}

// executor returns the executor of the workflow, with its last sign of life and the verdict on it.
func (f *facts) executor() *ExecutorInfo {
	wf := f.workflow
	e := &ExecutorInfo{ExecutorID: wf.ExecutorID, ApplicationVersion: wf.ApplicationVersion, ApplicationName: wf.ApplicationName,
		Open: 1, SeenAt: cmp.Or(wf.StartedAt, wf.CreatedAt)}
	for _, seen := range f.executors {
		if seen.id == wf.ExecutorID && seen.version == wf.ApplicationVersion && seen.owner == wf.ApplicationName && seen.at.After(e.SeenAt) {
			e.SeenAt = seen.at
		}
	}
	e.setVerdict(f.now, silence, f.sessions)
	return e
}

func runs(f *facts) *Reason {
	wf := f.workflow
	text := fmt.Sprintf("it runs on executor %q", wf.ExecutorID)
	if !wf.StartedAt.IsZero() {
		text = fmt.Sprintf("it has run on executor %q for %s", wf.ExecutorID, f.since(wf.StartedAt))
	}
	if step := f.lastStep(); step.StepName != "" {
		text += fmt.Sprintf("; its last step is %d, %s", step.StepID, step.StepName)
		if !step.CompletedAt.IsZero() {
			text += ", which ended " + f.since(step.CompletedAt) + " ago"
		}
	}
	return &Reason{Cause: CauseRunning, Text: text, Evidence: f.noneOfItsName()}
}

func deadLetter(f *facts) *Reason {
	wf := f.workflow
	r := &Reason{Cause: CauseDeadLetter, Text: fmt.Sprintf("it was started %d times, and each time its executor ended before it did", wf.Attempts),
		Command: command("resume", wf.ID)}
	if wf.Error != nil {
		r.Evidence = append(r.Evidence, "error: "+wf.Error.Error())
	}
	if failed := f.failedStep(); failed != "" {
		r.Evidence = append(r.Evidence, failed)
		return r
	}
	if step := f.lastStep(); step.StepName != "" {
		r.Evidence = append(r.Evidence, fmt.Sprintf("its last step is %d, %s", step.StepID, step.StepName))
	}
	return r
}

// failedStep describes the newest step with an error, or returns "" if none of the last has one.
func (f *facts) failedStep() string {
	for _, step := range f.steps {
		if step.Error != nil {
			return fmt.Sprintf("step %d, %s, failed: %s", step.StepID, step.StepName, step.Error)
		}
	}
	return ""
}

// cancelledRunning holds if a step ended after the workflow was cancelled, because an executor
// looks at the state only between two steps.
func cancelledRunning(f *facts) *Reason {
	wf := f.workflow
	at := cmp.Or(wf.CompletedAt, wf.UpdatedAt)
	step := f.lastStep()
	if !step.CompletedAt.After(at) {
		return nil
	}
	return &Reason{Cause: CauseCancelledRunning,
		Text:     fmt.Sprintf("it was cancelled %s ago, and its code still ran after that", f.since(at)),
		Evidence: []string{fmt.Sprintf("step %d, %s, ended %s after the cancellation", step.StepID, step.StepName, span(step.CompletedAt.Sub(at)))}}
}

func cancelled(f *facts) *Reason {
	wf := f.workflow
	r := &Reason{Cause: CauseCancelled, Text: fmt.Sprintf("it was cancelled %s ago", f.since(cmp.Or(wf.CompletedAt, wf.UpdatedAt))),
		Command: command("resume", wf.ID)}
	if at := cmp.Or(wf.CompletedAt, wf.UpdatedAt); wf.ExecutorID != "" && (wf.Attempts > 0 || len(f.steps) > 0) && f.now.Sub(at) < time.Hour {
		r.Evidence = append(r.Evidence, fmt.Sprintf("executor %q had taken it: a step that was under way goes on to its end, and nothing shows that", wf.ExecutorID))
	}
	for _, c := range f.children {
		r.Evidence = append(r.Evidence, fmt.Sprintf("child %q is %s", c.id, c.status))
	}
	return r
}

// ended is the reason of workflows whose state is final.
func ended(f *facts) *Reason {
	wf := f.workflow
	ago := f.since(cmp.Or(wf.CompletedAt, wf.UpdatedAt))
	switch wf.Status {
	case WorkflowStatusSuccess:
		return &Reason{Cause: CauseSucceeded, Text: "it has ended in SUCCESS " + ago + " ago"}
	case WorkflowStatusError:
		r := &Reason{Cause: CauseFailed, Text: "it has ended in ERROR " + ago + " ago",
			Command: command("rerun", wf.ID)}
		if wf.Error != nil {
			r.Evidence = []string{"error: " + wf.Error.Error()}
		}
		if failed := f.failedStep(); failed != "" {
			r.Evidence = append(r.Evidence, failed)
		}
		return r
	}
	return &Reason{Cause: CauseUnknownState, Text: fmt.Sprintf("its state %q is none that an SDK writes", wf.Status)}
}
