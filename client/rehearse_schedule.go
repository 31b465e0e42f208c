package client

// define keeps schedules that would be there.
func (r *rehearsal) define(inputs ...ClientScheduleInput) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, input := range inputs {
		r.schedules[input.ScheduleName] = input.record()
	}
}

// schedule is one that was defined, nil when the database is to be asked.
func (r *rehearsal) schedule(name string) *WorkflowSchedule {
	if r == nil {
		return nil
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.things[thing{Schedules, name}].gone {
		return nil
	}
	return r.schedules[name]
}

// amendSchedule is what GetSchedule gives for what the database says, which may be nil.
func (r *rehearsal) amendSchedule(name string, found *WorkflowSchedule) *WorkflowSchedule {
	known, touched := r.get(Schedules, name)
	if made := r.schedule(name); made != nil {
		found = made
	}
	if !touched || found == nil || known.gone {
		if known.gone {
			return nil
		}
		return found
	}
	amended := *found
	amended.Status = ScheduleStatus(known.status)
	return &amended
}
