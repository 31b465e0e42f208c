package worker

import (
	"errors"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Message is one that was sent to the run and that it has not received.
type Message struct {
	ID    string
	Value any // decoded
}

// errReceived is the error of the guard of RecordReceived.
var errReceived = errors.New("the message was received by another step")

// selectReceived finds a message that was received.
const selectReceived = `SELECT 1 FROM {notifications} WHERE message_uuid = :message AND consumed`

// RecordEvent is SetEvent for a step with a number. Its errors are those of Record.
func (r *Run) RecordEvent(step Recording, key string, value any) error {
	return r.recordPublished(step, value, query.Args{"key": key}, func(b *db.Batch, args query.Args) {
		b.Exec(upsertEvent, args, nil)
		b.Exec(upsertHistory, args, nil)
		r.notify(b, eventsChannel, args)
	})
}

// RecordStream is WriteStream for a step with a number. Its errors are those of Record, and
// ErrStreamClosed.
func (r *Run) RecordStream(step Recording, key string, value any) error {
	return r.recordPublished(step, value, query.Args{"key": key}, r.append)
}

func (r *Run) recordPublished(step Recording, value any, args query.Args, do func(*db.Batch, query.Args)) error {
	if err := r.ended(); err != nil {
		return err
	}
	encoded, err := codec.Encode(codec.PortableJSON, value)
	if err != nil {
		return err
	}
	args["id"], args["step"], args["now"] = r.id, int64(step.Number), r.worker.now()
	args["value"], args["codec"] = encoded, codec.PortableJSON
	return r.record(stepOf(step), func(b *db.Batch) { do(b, args) })
}

// Message returns the oldest message of a topic that the run has not received, or nil if there is
// none. The topic "" is that of messages without one.
func (r *Run) Message(topic string) (*Message, error) {
	if err := r.ended(); err != nil {
		return nil, err
	}
	if topic == "" {
		topic = noTopic
	}
	f, err := r.find(selectMessage, query.Args{"id": r.id, "topic": topic}, func(f *awaited) []any { return []any{&f.key, &f.value, &f.codec} })
	if f == nil || err != nil {
		return nil, err
	}
	return &Message{f.key, codec.Encoded{Text: f.value.String, Codec: f.codec.String, Null: !f.value.Valid}.Decode()}, nil
}

// RecordReceived records a step that has received a message. Its errors are those of Record; a
// message that another step has received is one that cannot be recorded.
func (r *Run) RecordReceived(step Recording, messageID string) error {
	if err := r.ended(); err != nil {
		return err
	}
	args := query.Args{"message": messageID, "step": int64(step.Number)}
	return r.record(stepOf(step), func(b *db.Batch) {
		b.Guard(selectReceived, args, errReceived)
		b.Exec(consumeMessage, args, nil)
	})
}
