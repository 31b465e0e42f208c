package client

// amendRerun applies what a dry run has changed to what the database says before a rerun.
func (r *rehearsal) amendRerun(ids []string, states map[string]*rerunState, forks map[string]rerunFork) {
	if r == nil {
		return
	}
	for _, id := range ids {
		if s, touched := r.get(Workflows, id); touched {
			switch {
			case s.gone:
				delete(states, id)
			case states[id] == nil:
				states[id] = &rerunState{status: s.status, queue: s.queue, last: -1, failed: -1}
			default:
				states[id].status = s.status
			}
		}
		fork := rerunID(id)
		if s, touched := r.get(Workflows, fork); touched {
			if forks[fork] = (rerunFork{s.status, s.from}); s.gone {
				delete(forks, fork)
			}
		}
	}
}
