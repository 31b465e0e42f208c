package client

import "fmt"

// The rules of workflows that somebody keeps from running.

func queuePaused(f *facts) *Reason {
	if f.queue == nil || !f.queue.Paused || f.workflow.HeldFrom != "" {
		return nil
	}
	r := &Reason{Cause: CauseQueuePaused, Command: command("queues", f.queue.Name, "--resume"),
		Text: fmt.Sprintf("its queue %q is paused: no workflow of it starts until dbos.resume_queue", f.queue.Name)}
	if f.queue.pausedElsewhere() {
		r.Text = fmt.Sprintf("its queue %q has a rate limit of 0, so no workflow of it starts", f.queue.Name)
		r.Command = script("dbos.update_queue(%s, {clear = {\"rate_limit\"}})", f.queue.Name)
	}
	if f.workflow.Status == WorkflowStatusDelayed {
		r.Text += ", also once its delay is over"
	}
	return r
}

func held(f *facts) *Reason {
	wf := f.workflow
	if wf.HeldFrom == "" {
		return nil
	}
	r := &Reason{Cause: CauseHeld, Command: command("release", wf.ID),
		Text: fmt.Sprintf("held for %s: it is %s again after dbos.release", f.since(wf.UpdatedAt), wf.HeldFrom)}
	if !wf.DelayUntil.IsZero() && wf.HeldFrom == WorkflowStatusDelayed {
		r.Evidence = []string{"delay until " + clock(wf.DelayUntil)}
	}
	return r
}
