package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/lab"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// A session measures rows on one database.
type session struct {
	lab      *lab.Lab
	database *lab.Database
	url      string // where the subjects reach it
	subjects []subject
	runs     int
	progress io.Writer
}

// measured is a row with its samples, by the name of the subject.
type measured struct {
	row     row
	samples map[string][]sample
}

// measure goes through a row's subjects in turn, each time beginning with the next one, so that what one leaves
// behind does not always meet the same other.
func (s *session) measure(ctx context.Context, r row) (measured, error) {
	m := measured{r, map[string][]sample{}}
	known := s.knowing(r)
	for run := range s.runsOf(r) {
		for i := range known {
			subject := known[(run+i)%len(known)]
			one, err := s.once(ctx, r, subject, run)
			if err != nil {
				return m, err
			}
			m.samples[subject.name] = append(m.samples[subject.name], one)
		}
		if err := s.database.Tidy(ctx); err != nil {
			return m, err
		}
	}
	return m, nil
}

func (s *session) runsOf(r row) int {
	if r.once {
		return 1
	}
	return s.runs
}

func (s *session) knowing(r row) []subject {
	var known []subject
	for _, subject := range s.subjects {
		if subject.knows(r.taskFor(subject, s.url, "")) {
			known = append(known, subject)
		}
	}
	return known
}

// many is from how many workflows on a database is tidied after each task.
const many = 10_000

func (s *session) once(ctx context.Context, r row, subject subject, run int) (sample, error) {
	prefix := fmt.Sprintf("bench_%s_%s_%d", strings.ReplaceAll(r.name, "-", "_"), subject.name, run)
	if group := r.group(prefix); group != nil {
		if err := s.database.Add(ctx, *group); err != nil {
			return sample{}, err
		}
	}
	if err := s.settle(ctx); err != nil {
		return sample{}, err
	}
	one, err := s.take(ctx, r, subject, prefix)
	if err != nil {
		return sample{}, err
	}
	fmt.Fprintf(s.progress, "%s: %s, run %d: %s, %s\n", r.name, subject.name, run+1, seconds(one.Seconds), bytes(one.Memory))
	return one, s.clean(ctx, r, prefix)
}

// take measures, through a proxy that counts where the row asks for that.
func (s *session) take(ctx context.Context, r row, subject subject, prefix string) (sample, error) {
	t := r.taskFor(subject, s.url, prefix)
	if !r.count {
		return measure(ctx, s.database, subject, t)
	}
	proxy, err := pgproxy.Start(s.url, pgproxy.Options{})
	if err != nil {
		return sample{}, err
	}
	defer proxy.Close()
	t.URL = proxy.URL()
	start := time.Now()
	one, err := measure(ctx, s.database, subject, t)
	one.Queries = float64(proxy.Trips()) / time.Since(start).Seconds()
	return one, err
}

func (s *session) clean(ctx context.Context, r row, prefix string) error {
	if r.reads() {
		return nil
	}
	if err := s.database.Remove(ctx, prefix); err != nil || r.task.Count < many {
		return err
	}
	return s.database.Tidy(ctx)
}

// reads tells whether the row's task leaves the database as it is.
func (r row) reads() bool {
	switch r.task.Scenario {
	case "list", "walk", "offset", "cold", "nothing":
		return true
	}
	return false
}

// settle writes out what the preparation left dirty.
func (s *session) settle(ctx context.Context) error {
	if s.database.IsSQLite() {
		return s.database.Tidy(ctx)
	}
	return s.lab.Checkpoint(ctx)
}
