package journal

import "time"

const (
	// mostLater is how many steps wait for the next one at most.
	mostLater = 100
	// longestLater is how long the first of them waits, unless no call comes.
	longestLater = time.Second
)

// append records a step that ends now.
func (j *Journal) append(s Step) error {
	s.Ended = j.config.Clock()
	return j.appendEnded(s)
}

// appendEnded records a step whose end is set.
func (j *Journal) appendEnded(s Step) error {
	if err := j.close(&s); err != nil {
		return j.fail(err)
	}
	if err := j.config.Record.Append(j.ctx, s); err != nil {
		return j.fail(&recordError{s, err})
	}
	j.later = 0
	j.add(&s)
	return nil
}

// appendLater records a step that ends now, together with the next one, because nothing outside of
// the run has seen its result. A process that goes on without it reads again.
func (j *Journal) appendLater(s Step) error {
	s.Ended = j.config.Clock()
	if err := j.close(&s); err != nil {
		return j.fail(err)
	}
	if err := j.config.Record.Later(j.ctx, s); err != nil {
		return j.fail(&recordError{s, err})
	}
	if j.later++; j.later == 1 {
		j.since = s.Ended
	}
	j.lastLater = s
	j.add(&s)
	if j.later >= mostLater || s.Ended.Sub(j.since) >= longestLater {
		return j.flush()
	}
	return nil
}

// flush records the steps that wait for the next one.
func (j *Journal) flush() error {
	if j.later == 0 || j.failed != nil {
		return j.failed
	}
	if err := j.config.Record.Flush(j.ctx); err != nil {
		return j.fail(&recordError{j.lastLater, err})
	}
	j.later = 0
	return nil
}

// Interrupt records the steps that wait for the next one, if it can, because the run is about to
// end unfinished.
func (j *Journal) Interrupt() {
	if j.later > 0 {
		_ = j.config.Record.Flush(j.ctx) // a process that goes on reads again
	}
}
