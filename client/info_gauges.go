package client

import (
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// Gauges are the numbers of a system database that operators chart over time. They are of all
// applications, whichever one ClientConfig.AppName names.
type Gauges struct {
	Statuses  []StatusCount  `json:"statuses" doc:"How many workflows are in each state, with 0 for a state that no workflow is in. About marks an estimate."`
	Queues    []Queue        `json:"queues" doc:"The queues with their counts, by name: registered ones, others that have workflows, and one without a name for workflows on no queue."`
	Executors []ExecutorInfo `json:"executors" doc:"The executors, in the order of Executors."`
	Orphans   int64          `json:"orphans" doc:"How many workflows are PENDING on executors that are dead."`
}

func (c *systemClient) Gauges() (*Gauges, error) {
	const op = "read gauges"
	about, err := c.size(op)
	if err != nil {
		return nil, err
	}
	if about < manyWorkflows {
		about = 0 // count exactly
	}
	now := time.UnixMilli(c.now()).UTC()
	var counts Info
	var queues []Queue
	var loads map[string]QueueLoad
	var evidence executorEvidence
	err = c.read(op, func(b *db.Batch) {
		b.Indexed()
		counts, queues = Info{}, nil // another attempt begins anew
		c.countsPlan(b, &counts, about)
		if c.shape.HasTable("queues") {
			c.queuesAndLoads(b, c.newFilter("queues"), &queues, &loads)
		} else {
			c.queueLoads(b, &loads)
		}
		c.evidencePlan(b, now, &evidence)
	})
	if err != nil {
		return nil, err
	}
	for i := range queues {
		queues[i].setLoad(loads)
	}
	g := &Gauges{Statuses: withZeros(counts.Statuses), Queues: notNil(withUnregistered(queues, nil, loads))}
	if g.Executors, err = c.judged(op, silence, now, evidence); err != nil {
		return nil, err
	}
	g.Orphans = openOnDead(g.Executors)
	return g, nil
}

// openOnDead returns the number of workflows that are PENDING on dead executors.
func openOnDead(executors []ExecutorInfo) (count int64) {
	for _, e := range executors {
		if e.Verdict == ExecutorDead {
			count += e.Open
		}
	}
	return count
}

// withZeros returns the counts, with a 0 for each state that no workflow is in, in the order of
// reports.
func withZeros(counts []StatusCount) []StatusCount {
	for _, status := range knownStatuses() {
		if !slices.ContainsFunc(counts, func(s StatusCount) bool { return s.Status == status }) {
			counts = append(counts, StatusCount{Status: status})
		}
	}
	sortStatuses(counts)
	return counts
}
