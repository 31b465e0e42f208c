package client

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A paused queue is a registered queue with a rate limit of 0. Its queue_id, which no SDK reads,
// ends in a mark with the limit that it had. docs/design/queues.md has the reasons.

const (
	pausingQueue  = "pause queue"
	resumingQueue = "resume queue"
)

// pauseMark begins the mark in queue_id. "/paused/5" stands for a limit of 5, "/paused" for none.
const pauseMark = "/paused"

const (
	// isPaused is true for a queue that PauseQueue has paused and whose limit is unchanged since.
	isPaused = `ws.rate_limit_max = 0 AND ws.queue_id LIKE '%/paused%'`

	// pauseQueue leaves a queue that has a limit of 0 as it is. An id with a mark from earlier,
	// after which an application has set the limit again, is replaced.
	pauseQueue = `
UPDATE {queues} AS ws SET
	queue_id = CASE WHEN ws.queue_id LIKE '%/paused%' THEN CAST(:id AS TEXT) ELSE ws.queue_id END
		|| '/paused' || COALESCE('/' || CAST(ws.rate_limit_max AS TEXT), ''),
	rate_limit_max = 0, rate_limit_period_sec = COALESCE(ws.rate_limit_period_sec, 1), updated_at = CAST(:now AS BIGINT)
WHERE ws.name = :name AND (ws.rate_limit_max IS NULL OR ws.rate_limit_max <> 0)`

	// resumeQueue changes nothing if the queue has another mark by now.
	resumeQueue = `
UPDATE {queues} AS ws SET
	queue_id = SUBSTR(ws.queue_id, 1, LENGTH(ws.queue_id) - CAST(:length AS INTEGER)),
	rate_limit_max = CAST(:max AS INTEGER),
	rate_limit_period_sec = CASE WHEN CAST(:max AS INTEGER) IS NULL THEN NULL ELSE ws.rate_limit_period_sec END,
	updated_at = CAST(:now AS BIGINT)
WHERE ws.name = :name AND ws.rate_limit_max = 0 AND ws.queue_id LIKE '%' || CAST(:mark AS TEXT)`
)

// markOf returns the mark of a paused queue with a limit.
func markOf(limit *RateLimit) string {
	if limit == nil {
		return pauseMark
	}
	return pauseMark + "/" + strconv.Itoa(limit.Limit)
}

// unpaused sets the limit that a paused queue had, from the mark in its id. Without a mark the
// limit stays 0, because the old one is not known.
func (q *Queue) unpaused(id string) {
	if q.RateLimit == nil || q.RateLimit.Limit != 0 {
		return
	}
	q.Paused = true
	_, mark, marked := strings.Cut(id, pauseMark)
	limit, err := strconv.Atoi(strings.TrimPrefix(mark, "/"))
	switch {
	case marked && mark == "":
		q.RateLimit = nil
	case marked && err == nil:
		q.RateLimit.Limit = limit
	}
}

// pausedElsewhere returns true if something else than PauseQueue has set the rate limit to 0.
func (q *Queue) pausedElsewhere() bool { return q.RateLimit != nil && q.RateLimit.Limit == 0 }

func (c *systemClient) PauseQueue(name string) (*Queue, error) {
	const op = pausingQueue
	found, err := c.pausable(op, name)
	if err != nil {
		return nil, err
	}
	change, args := newQueueChange(op, name), c.queueArgs(*found)
	paused := *found
	paused.Paused = true
	return c.changePause(change, found, paused, pauseQueue, args)
}

func (c *systemClient) ResumeQueue(name string) (*Queue, error) {
	const op = resumingQueue
	found, err := c.pausable(op, name)
	switch {
	case err != nil:
		return nil, err
	case found.Paused && found.pausedElsewhere():
		failed := invalid(op, "the rate limit of queue %q is 0, and it was not set by pause_queue, so its limit before is not known", name)
		failed.QueueName, failed.Hint = name, "dbos.update_queue sets a rate_limit, or removes it with clear"
		return nil, failed
	}
	change, args := newQueueChange(op, name), c.queueArgs(*found)
	mark := markOf(found.RateLimit)
	args["mark"], args["length"] = mark, int64(len(mark))
	resumed := *found
	resumed.Paused = false
	return c.changePause(change, found, resumed, resumeQueue, args)
}

// pausable returns a registered queue, or an error with a hint.
func (c *systemClient) pausable(op, name string) (*Queue, error) {
	if err := c.writable(op); err != nil {
		return nil, err
	}
	found, err := c.view.retrieveQueue(op, name)
	if err != nil || found != nil {
		return found, err
	}
	known, err := c.view.queueNames(op)
	if err != nil {
		return nil, err
	}
	failed := noSuchQueue(op, name)
	if near := nearest.Suggestion(name, known); near != "" {
		failed.Message += near
		return nil, failed
	}
	failed.Hint = fmt.Sprintf("a queue that an application declares in code is in no table, but its workflows can be held: `%s`, or dbos.hold{queue_name = %s}",
		commandLine("hold", "--queue", name), luaText(name))
	return nil, failed
}

// changePause pauses or resumes a queue.
func (c *systemClient) changePause(change *queueChange, found *Queue, wanted Queue, text string, args query.Args) (*Queue, error) {
	op, name := change.Op, wanted.Name
	args["owner"] = optional(c.config.AppName)
	change.before, change.after = []Queue{*found}, []Queue{wanted}
	change.send = func(w *writer) error {
		last, err := w.write(func(b *db.Batch) {
			c.guardQueue(b, args)
			b.Exec(text, args, &change.Changed)
			db.Collect(b, &change.after, selectQueueRow, args, scanQueue)
		})
		if last.AnswerLost && found.Paused != wanted.Paused {
			change.Changed = 1 // the first try may have changed it, after which the second finds it changed
		}
		return c.otherQueueOwner(op, name, args, err)
	}
	change.verify = func() error {
		switch {
		case len(change.after) == 0:
			return noSuchQueue(op, name)
		case change.after[0].Paused != wanted.Paused:
			return &Error{Code: Conflict, Op: op, QueueName: name, Message: "somebody else has just paused or resumed queue " + strconv.Quote(name),
				Hint: "try again"}
		}
		return nil
	}
	if err := c.apply(change.write); err != nil {
		return nil, err
	}
	return change.result(), nil
}
