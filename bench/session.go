package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// A session measures rows on one database.
type session struct {
	servers  *databases.Servers
	database *databases.Database
	// delay makes the line to the database a slow one.
	delay    time.Duration
	subjects []subject
	runs     int
	// rowTime is how long a row takes samples, once each subject has enough of them.
	rowTime  time.Duration
	progress io.Writer
}

// measured is a row with its samples, by the name of the subject.
type measured struct {
	row     row
	samples map[string][]sample
}

// measure measures a row's subjects in turns. Each round begins with another subject, so that the
// effects of one do not always hit the same next one.
func (s *session) measure(ctx context.Context, r row) (m measured, err error) {
	m = measured{r, map[string][]sample{}}
	known := s.knowing(r)
	if len(known) == 0 || r.beside && !s.database.IsSQLite() {
		return m, nil
	}
	if r.recorded {
		if err := s.database.RecordRuns(ctx); err != nil {
			return m, err
		}
	}
	if r.stands() {
		if err := s.database.Add(ctx, *r.group(prefixOf(r))); err != nil {
			return m, err
		}
	}
	end := time.Now().Add(s.rowTime)
	for run := range s.runs {
		if run >= enoughSamples && time.Now().After(end) {
			break
		}
		if err := s.run(ctx, m, known, run, end); err != nil {
			return m, err
		}
	}
	if r.stands() {
		err = s.database.Remove(ctx, prefixOf(r))
	}
	if err == nil && (!r.reads() || r.stands()) {
		err = s.database.Tidy(ctx)
	}
	return m, err
}

// shortTask is the longest duration of a task that is measured several times in a run. Of these
// times the median counts.
const shortTask = 1500 * time.Millisecond

// run takes a sample of each subject. How long such a task takes depends on where the processor and
// the disk happen to be: for that the subjects have several turns, while there is time, and the
// middle one counts.
func (s *session) run(ctx context.Context, m measured, known []subject, run int, end time.Time) error {
	taken := map[string][]sample{}
	for turn := range m.row.turns() {
		if turn > 0 && time.Now().After(end) {
			break
		}
		for i := range known {
			subject := known[(run+turn+i)%len(known)]
			before := taken[subject.name]
			if turn > 0 && before[0].took > shortTask {
				continue
			}
			one, err := s.once(ctx, m.row, subject, run*m.row.turns()+turn)
			if err != nil {
				return err
			}
			taken[subject.name] = append(before, one)
		}
	}
	for name, samples := range taken {
		m.samples[name] = append(m.samples[name], middle(samples))
	}
	return nil
}

func (s *session) knowing(r row) []subject {
	var known []subject
	for _, subject := range s.subjects {
		if subject.knows(r.taskFor(subject, s.database.URL, "")) {
			known = append(known, subject)
		}
	}
	return known
}

// many is from how many workflows on a database is tidied before each task.
const many = 10_000

func prefixOf(r row) string { return "bench_" + r.name }

func (s *session) once(ctx context.Context, r row, subject subject, turn int) (sample, error) {
	prefix := prefixOf(r)
	if !r.stands() {
		prefix = fmt.Sprintf("%s_%s_%d", prefix, subject.name, turn)
	}
	if err := s.prepare(ctx, r, prefix); err != nil {
		return sample{}, err
	}
	one, err := s.take(ctx, r, subject, prefix)
	if err != nil {
		return sample{}, err
	}
	fmt.Fprintf(s.progress, "%s: %s, turn %d: %s, %s\n", r.name, subject.name, turn+1, seconds(one.Seconds), megabytes(one.Memory))
	if r.reads() || r.restores() {
		return one, nil // measure removes what stands
	}
	return one, s.database.Remove(ctx, prefix)
}

// prepare makes the workflows of the task, and flushes and vacuums, so that neither happens
// during the task.
func (s *session) prepare(ctx context.Context, r row, prefix string) (err error) {
	group := r.group(prefix)
	switch {
	case r.restores():
		err = s.database.Restore(ctx, *group)
	case group != nil && !r.stands():
		err = s.database.Add(ctx, *group)
	}
	if err == nil && !r.reads() && r.task.Count >= many {
		err = s.database.Tidy(ctx)
	}
	if err != nil || s.database.IsSQLite() {
		return err
	}
	return s.servers.Checkpoint(ctx)
}

// take measures, through a proxy where the line is slow or the row asks for the number of round
// trips.
func (s *session) take(ctx context.Context, r row, subject subject, prefix string) (sample, error) {
	t := r.taskFor(subject, s.database.URL, prefix)
	if r.beside {
		return s.beside(ctx, subject, t)
	}
	started := time.Now()
	if s.database.IsSQLite() || s.delay == 0 && !r.trips {
		one, err := measure(ctx, s.database, subject, t)
		one.took = time.Since(started)
		return one, err
	}
	proxy, err := pgproxy.Start(s.database.URL, pgproxy.Options{Delay: s.delay})
	if err != nil {
		return sample{}, err
	}
	defer proxy.Close()
	t.URL = proxy.URL()
	one, err := measure(ctx, s.database, subject, t)
	one.took = time.Since(started)
	one.Trips = float64(proxy.Trips())
	one.Rate = one.Trips / one.took.Seconds()
	return one, err
}

// beside measures while an application writes.
func (s *session) beside(ctx context.Context, subject subject, t task.Task) (sample, error) {
	stop, err := s.database.Write(ctx, t.Prefix)
	if err != nil {
		return sample{}, err
	}
	started := time.Now()
	one, err := measure(ctx, s.database, subject, t)
	one.took = time.Since(started)
	return one, errors.Join(err, stop())
}

// title says where the session measures.
func (s *session) title() string {
	if s.delay == 0 {
		return s.database.Title
	}
	return fmt.Sprintf("%s, over a line with %v of delay", strings.TrimSpace(s.database.Title), s.delay)
}
