package raw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/bench/task"
)

const (
	topic       = "news"
	insertOneMs = `INSERT INTO dbos.notifications (message_uuid, destination_uuid, topic, message, created_at_epoch_ms, serialization)
		VALUES ($1, $2, $3, $4, $5, $6)`
	insertManyMs = `INSERT INTO dbos.notifications (message_uuid, destination_uuid, topic, message, created_at_epoch_ms, serialization)
		SELECT id, destination, $4, message, $5, $6 FROM unnest($1::text[], $2::text[], $3::text[]) AS new(id, destination, message)`
)

func message(i int) string {
	return fmt.Sprintf(`{"number":%d,"text":"the parcel has left the house"}`, i)
}

func (p *postgres) sendOne(ctx context.Context, t task.Task, i int) error {
	_, err := p.pool.Exec(ctx, insertOneMs, uuid.NewString(), t.ID(1), topic, message(i), now(), codec)
	return err
}

func (p *postgres) sendLoop(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.sendOne(ctx, t, 0); err != nil {
		return task.Finding{}, err
	}
	return t.Loop(func(i int) error { return p.sendOne(ctx, t, i) })
}

func (p *postgres) sendMany(ctx context.Context, t task.Task) (task.Finding, error) {
	insert := func(count int) (int, error) {
		ids, messages := make([]string, count), make([]string, count)
		for i := range ids {
			ids[i], messages[i] = uuid.NewString(), message(i)
		}
		return p.send(ctx, statement{insertManyMs, []any{ids, t.IDs(count), messages, topic, now(), codec}})
	}
	if _, err := insert(task.Few); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) { return insert(t.Count) })
}

func announce(i int) error { return json.NewEncoder(os.Stdout).Encode(task.Finding{Waiting: &i}) }

// getEvent listens, and looks when it is woken.
func (p *postgres) getEvent(ctx context.Context, t task.Task) (task.Finding, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return task.Finding{}, err
	}
	defer conn.Release()
	found := task.Finding{Items: t.Count}
	if _, err := conn.Exec(ctx, "LISTEN dbos_workflow_events_channel"); err != nil {
		return found, err
	}
	for i := range t.Count {
		if err := errors.Join(announce(i), awaitEvent(ctx, conn.Conn(), t.ID(1), task.Key(i))); err != nil {
			return found, err
		}
		found.Seen = append(found.Seen, task.Now())
	}
	return found, nil
}

func awaitEvent(ctx context.Context, conn *pgx.Conn, id, key string) error {
	for {
		var value string
		err := conn.QueryRow(ctx, "SELECT value FROM dbos.workflow_events WHERE workflow_uuid = $1 AND key = $2", id, key).Scan(&value)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}

// results is where the output of a workflow stands.
func (p *postgres) results() string {
	if p.split {
		return `SELECT ws.workflow_uuid, COALESCE(o.output, ws.output) FROM dbos.workflow_status ws
			LEFT JOIN dbos.workflow_output o USING (workflow_uuid) WHERE ws.workflow_uuid = ANY($1) AND ws.status = 'SUCCESS'`
	}
	return `SELECT workflow_uuid, output FROM dbos.workflow_status WHERE workflow_uuid = ANY($1) AND status = 'SUCCESS'`
}

func (p *postgres) outcomes(ctx context.Context, ids []string, use func(id string)) error {
	rows, err := p.pool.Query(ctx, p.results(), ids)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var output *string
		if err := rows.Scan(&id, &output); err != nil {
			return err
		}
		use(id)
	}
	return rows.Err()
}

func (p *postgres) finished(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return finding(func() (int, error) { return allEnded(ctx, t, p.outcomes) })
}

func (p *postgres) queued(ctx context.Context, t task.Task) (task.Finding, error) {
	if err := p.warm(ctx); err != nil {
		return task.Finding{}, err
	}
	return watched(ctx, t, p.outcomes)
}
