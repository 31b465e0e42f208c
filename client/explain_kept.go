package client

import "fmt"

// The rules of workflows that somebody keeps from running.

func queuePaused(f *facts) *Reason {
	if f.queue == nil || !f.queue.Paused || f.workflow.HeldFrom != "" {
		return nil
	}
	r := &Reason{Cause: CauseQueuePaused, Text: fmt.Sprintf("its queue %q is paused: nothing of it starts until it is resumed", f.queue.Name),
		Command: script("dbos.resume_queue(%s)", f.queue.Name)}
	if f.queue.pausedElsewhere() {
		r.Text = fmt.Sprintf("its queue %q has a rate limit of 0, so nothing of it starts", f.queue.Name)
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
	r := &Reason{Cause: CauseHeld, Text: fmt.Sprintf("somebody holds it since %s; once it is released, it is %s again", f.since(wf.UpdatedAt), wf.HeldFrom),
		Command: script("dbos.release(%s)", wf.ID)}
	if !wf.DelayUntil.IsZero() && wf.HeldFrom == WorkflowStatusDelayed {
		r.Evidence = []string{"delay until " + clock(wf.DelayUntil)}
	}
	return r
}
