package raw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	topic = "news"

	messageColumns = `INSERT INTO {notifications} (message_uuid, destination_uuid, topic, message, created_at_epoch_ms, serialization)`
	insertMessage  = messageColumns + ` VALUES ($1, $2, $3, $4, $5, $6)`
	insertMessages = messageColumns + ` SELECT new.id, new.destination, $1, new.message, $2, $3 FROM {new id destination message} WHERE TRUE`

	selectEvent = `SELECT value FROM {workflow_events} WHERE workflow_uuid = $1 AND key = $2`
)

func message(i int) string {
	return fmt.Sprintf(`{"number":%d,"text":"the parcel has left the house"}`, i)
}

func (p program) sendLoop(ctx context.Context) (task.Finding, error) {
	one := func(i int) error {
		return p.send(ctx, statement{sql: insertMessage, args: []any{uuid.NewString(), p.task.ID(1), topic, message(i), now(), codec}})
	}
	if err := one(0); err != nil {
		return task.Finding{}, err
	}
	return p.task.Loop(one)
}

func (p program) sendMany(ctx context.Context) (task.Finding, error) {
	return p.set(ctx, func(destinations []string) []statement {
		ids, messages := make([]string, len(destinations)), make([]string, len(destinations))
		for i := range ids {
			ids[i], messages[i] = uuid.NewString(), message(i)
		}
		return []statement{{insertMessages, []any{topic, now(), codec}, [][]string{ids, destinations, messages}}}
	})
}

func announce(i int) error { return json.NewEncoder(os.Stdout).Encode(task.Finding{Waiting: &i}) }

func (p program) getEvent(ctx context.Context) (task.Finding, error) {
	found := task.Finding{Items: p.task.Count}
	if err := p.warm(ctx); err != nil {
		return found, err
	}
	for i := range p.task.Count {
		if err := errors.Join(announce(i), p.awaitEvent(ctx, p.task.ID(1), task.Key(i))); err != nil {
			return found, err
		}
		found.Seen = append(found.Seen, task.Now())
	}
	return found, nil
}

// results is where the outputs of workflows stand.
func (p program) results() string {
	if p.split() {
		return `SELECT ws.workflow_uuid, COALESCE(o.output, ws.output) FROM {workflow_status} ws
			LEFT JOIN {workflow_output} o ON o.workflow_uuid = ws.workflow_uuid WHERE ws.workflow_uuid {ids} AND ws.status = 'SUCCESS'`
	}
	return `SELECT workflow_uuid, output FROM {workflow_status} WHERE workflow_uuid {ids} AND status = 'SUCCESS'`
}

// outcomes decodes the result of each of the workflows that has ended.
func (p program) outcomes(ctx context.Context, ids []string, use func(id string)) error {
	return p.rows(ctx, statement{sql: p.results(), set: [][]string{ids}}, func(scan func(...any) error) error {
		var id string
		var output []byte
		if err := scan(&id, &output); err != nil {
			return err
		}
		use(id)
		var value any
		return json.Unmarshal(output, &value)
	})
}

func (p program) finished(ctx context.Context) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	ids := p.task.IDs(p.task.Count)
	return p.finding(func() (int, error) {
		found := 0
		err := p.outcomes(ctx, ids, func(string) { found++ })
		return found, err
	})
}

// queued looks until all have ended.
func (p program) queued(ctx context.Context) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	found, ids, seen := task.Finding{Items: p.task.Count}, p.task.IDs(p.task.Count), map[string]float64{}
	note := func(id string) {
		if _, before := seen[id]; !before {
			seen[id] = task.Now()
		}
	}
	err := announce(0)
	for err == nil && len(seen) < len(ids) {
		err = p.outcomes(ctx, ids, note)
		time.Sleep(interval)
	}
	for _, id := range ids {
		found.Seen = append(found.Seen, seen[id])
	}
	return found, err
}
