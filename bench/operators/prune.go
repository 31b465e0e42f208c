package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/raw"
	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	perPrune  = 1.3 // of the statements written by hand
	perBeside = 2.0 // of the enqueues alone

	// alone is how long enqueues are measured before a prune.
	alone = 10 * time.Second
)

// A pruning is one prune, with the enqueues before it and beside it.
type pruning struct {
	seconds       float64
	server        float64 // the server's processor time, of enqueues too
	before, while times
}

// measurePrune compares the command with statements written by hand, which delete as many
// workflows in a batch. Both work on a copy of the same database, in turns.
func measurePrune(ctx context.Context, m *machine) ([]figure, error) {
	say("prune: filling a database with %d workflows of five steps", m.count)
	full, err := m.servers.Own(ctx, "operators_old")
	if err != nil {
		return nil, err
	}
	first := time.Now().AddDate(-1, 0, 0)
	err = full.Add(ctx, databases.Group{Prefix: "old", Count: m.count, Status: "'SUCCESS'", Queue: "orders", Steps: 5,
		First: first, Spacing: 90 * 24 * time.Hour / time.Duration(m.count)})
	if err == nil {
		err = full.Tidy(ctx)
	}
	if err == nil {
		err = full.Close()
	}
	if err != nil {
		return nil, err
	}
	subjects := []string{"by hand", "dbos-script prune"}
	best := map[string]pruning{}
	for turn := range m.turns {
		for _, subject := range subjects {
			p, err := m.prune(ctx, subject, turn)
			if err != nil {
				return nil, err
			}
			say("prune, turn %d, %-18s %6.1f s, server %6.1f s; enqueues %s alone, %s beside it", turn+1, subject, p.seconds, p.server, p.before, p.while)
			best[subject] = better(best[subject], p)
		}
		slices.Reverse(subjects)
	}
	return best["dbos-script prune"].figures(best["by hand"]), nil
}

// better returns the least of each figure of two prunes. The enqueues are these of the prune beside
// which they took less, compared with the ones before it.
func better(a, b pruning) pruning {
	if a.seconds == 0 {
		return b
	}
	least := pruning{min(a.seconds, b.seconds), min(a.server, b.server), a.before, a.while}
	if b.while.p99/b.before.p99 < a.while.p99/a.before.p99 {
		least.before, least.while = b.before, b.while
	}
	return least
}

func (p pruning) figures(byHand pruning) []figure {
	return []figure{
		{"prune: time", p.seconds, 0, " s"},
		{"prune: time, of statements by hand", p.seconds / byHand.seconds, perPrune, ""},
		{"prune: processor time of the server, of statements by hand", p.server / byHand.server, perPrune, ""},
		{"prune: median of enqueues beside it, of these alone", p.while.median / p.before.median, perBeside, ""},
		{"prune: 99th percentile of enqueues beside it, of these alone", p.while.p99 / p.before.p99, perBeside, ""},
		{"by hand: 99th percentile of enqueues beside it, of these alone", byHand.while.p99 / byHand.before.p99, 0, ""},
	}
}

// prune measures one subject on a copy of the database.
func (m *machine) prune(ctx context.Context, subject string, turn int) (p pruning, err error) {
	copied, err := m.servers.Copy(ctx, "operators_old", "operators_prune")
	if err != nil {
		return p, err
	}
	defer func() {
		if failed := m.servers.Drop(ctx, copied); err == nil {
			err = failed
		}
	}()
	stop, err := enqueueBeside(ctx, copied.URL)
	if err != nil {
		return p, err
	}
	time.Sleep(alone)
	if p.before, err = stop(); err != nil {
		return p, err
	}
	if stop, err = enqueueBeside(ctx, copied.URL); err != nil {
		return p, err
	}
	before, err := copied.ServerTime(ctx)
	if err != nil {
		return p, err
	}
	p.seconds, err = task.Timed(func() error { return m.pruneBy(ctx, subject, copied.URL) })
	if err != nil {
		return p, err
	}
	after, err := copied.ServerTime(ctx)
	if err != nil {
		return p, err
	}
	p.server = after - before
	p.while, err = stop()
	return p, err
}

// pruneBy deletes the workflows. It fails if there were more or fewer.
func (m *machine) pruneBy(ctx context.Context, subject, url string) error {
	if subject == "by hand" {
		_, err := raw.Run(ctx, task.Task{Scenario: "prune", URL: url, Count: m.count})
		return err
	}
	u, err := m.run(ctx, m.changing("prune", "--older-than", "180d", "--db", url)...)
	if err != nil {
		return err
	}
	say("%s", u.log)
	if !strings.Contains(u.log, fmt.Sprintf("prune: %d of %d deleted", m.count, m.count)) {
		return fmt.Errorf("it was to delete %d workflows", m.count)
	}
	return nil
}
