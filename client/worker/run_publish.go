package worker

import (
	"errors"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	insertMessage = `
INSERT INTO {notifications} (destination_uuid, topic, message, created_at_epoch_ms, message_uuid, serialization)
VALUES (:destination, :topic, :value, :now, :message, :codec)`

	upsertEvent = `
INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization) VALUES (:id, :key, :value, :codec)
ON CONFLICT (workflow_uuid, key) DO UPDATE SET value = excluded.value, serialization = excluded.serialization`

	upsertHistory = `
INSERT INTO {workflow_events_history} (workflow_uuid, function_id, key, value, serialization)
VALUES (:id, :step, :key, :value, :codec)
ON CONFLICT (workflow_uuid, function_id, key) DO UPDATE SET value = excluded.value, serialization = excluded.serialization`

	selectStreamEnd = `
SELECT 1 FROM {streams} WHERE workflow_uuid = :id AND key = :key
	AND value IN ('__DBOS_STREAM_CLOSED__', '"__DBOS_STREAM_CLOSED__"')`

	appendStream = `
INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization)
SELECT CAST(:id AS TEXT), CAST(:key AS TEXT), CAST(:value AS TEXT), COALESCE(MAX(s."offset"), -1) + 1,
	CAST(:step AS INTEGER), CAST(:codec AS TEXT)
FROM {streams} AS s WHERE s.workflow_uuid = :id AND s.key = :key`

	notify = `SELECT pg_notify(:channel, CAST(:id AS TEXT) || '::' || CAST(:key AS TEXT))`
)

// The channels on which a process of an application says that it has written something.
const (
	eventsChannel  = "dbos_workflow_events_channel"
	streamsChannel = "dbos_streams_channel"
)

// ErrStreamClosed is the error of a write after the end of a stream.
var ErrStreamClosed = errors.New("the stream is closed")

// Send sends a message to a workflow, on no topic if topic is empty. A workflow that does not exist
// is ErrNonExistentWorkflow, and then nothing is recorded.
func (r *Run) Send(destinationID string, message any, topic string) error {
	if topic == "" {
		topic = noTopic
	}
	err := r.publish("DBOS.send", message, query.Args{"destination": destinationID, "topic": topic, "message": uuid.NewString()},
		func(b *db.Batch, args query.Args) { b.Exec(insertMessage, args, nil) })
	if errors.Is(err, db.ErrForeignKey) {
		return ErrNonExistentWorkflow.Because("there is no workflow %q to send to", destinationID)
	}
	return err
}

// SetEvent publishes a value under a key; a later one replaces it.
func (r *Run) SetEvent(key string, value any) error {
	return r.publish("DBOS.setEvent", value, query.Args{"key": key}, func(b *db.Batch, args query.Args) {
		b.Exec(upsertEvent, args, nil)
		b.Exec(upsertHistory, args, nil)
		r.notify(b, eventsChannel, args)
	})
}

// publish is a step that writes an encoded value somewhere.
func (r *Run) publish(name string, value any, args query.Args, do func(*db.Batch, query.Args)) error {
	s, err := r.begin(name)
	if err != nil || s.recorded {
		return err
	}
	encoded, err := codec.Encode(r.codec(), value)
	if err != nil {
		return err
	}
	args["id"], args["step"], args["now"] = r.id, int64(s.number), r.worker.now()
	args["value"], args["codec"] = encoded, r.codec()
	return r.recordNil(s, func(b *db.Batch) { do(b, args) })
}

// notify wakes listeners up when the transaction is committed.
func (r *Run) notify(b *db.Batch, channel string, args query.Args) {
	if r.worker.db.Dialect() != query.Postgres || r.worker.db.Cockroach() {
		return
	}
	b.Query(notify, query.Args{"channel": channel, "id": args["id"], "key": args["key"]}, func(db.Row) error { return nil })
}

// A StreamEnd is a spelling of the marker that ends a stream.
type StreamEnd struct{ text, codec string }

// The markers with which the SDKs end a stream.
var (
	BareEnd   = StreamEnd{codec.StreamClosed, ""}                             // Go
	QuotedEnd = StreamEnd{`"` + codec.StreamClosed + `"`, codec.PortableJSON} // Python and TypeScript
)

// WriteStream appends a value to a stream. It returns ErrStreamClosed after the end.
func (r *Run) WriteStream(key string, value any) error {
	return r.publish("DBOS.writeStream", value, query.Args{"key": key}, r.append)
}

// CloseStream ends a stream with the marker of an SDK.
func (r *Run) CloseStream(key string, end StreamEnd) error {
	return r.publish("DBOS.closeStream", nil, query.Args{"key": key}, func(b *db.Batch, args query.Args) {
		args["value"], args["codec"] = end.text, end.codec
		r.append(b, args)
	})
}

func (r *Run) append(b *db.Batch, args query.Args) {
	b.Guard(selectStreamEnd, args, ErrStreamClosed)
	b.Exec(appendStream, args, nil)
	r.notify(b, streamsChannel, args)
}
