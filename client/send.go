package client

import (
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// messageRows is the table of the messages of one call.
const messageRows = `{rows new id:TEXT=:ids destination:TEXT=:destinations topic:TEXT=:topics message:TEXT=:messages created:BIGINT=:created}`

// insertMessages inserts all messages in one statement, because on Postgres a trigger notifies of
// each and commits that notify wait for each other.
const insertMessages = `
INSERT INTO {notifications} (message_uuid, destination_uuid, topic, message, created_at_epoch_ms, serialization)
SELECT new.id, new.destination, new.topic, new.message, new.created, CAST(:codec AS TEXT)
FROM ` + messageRows + ` WHERE TRUE`

// insertMessage inserts one message, unless its destination does not exist. It is one statement
// instead of two, because a script may send in a loop.
const insertMessage = insertMessages + `
AND EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = new.destination)`

// insertMessagesOnce and insertMessageOnce are both where an id may exist, which is that of the
// same message then, sent before. For a random id they take Postgres twice as long.
const (
	insertMessagesOnce = insertMessages + unlessSent
	insertMessageOnce  = insertMessage + unlessSent
	unlessSent         = `
ON CONFLICT (message_uuid) DO NOTHING`
)

// selectNobody finds destinations that do not exist, because not every database enforces the
// foreign key.
const selectNobody = `
SELECT new.destination FROM {rows new destination:TEXT=:destinations}
WHERE NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = new.destination)`

// selectForks finds the forks of each root, their forks, and so on.
const selectForks = `
WITH RECURSIVE forks(root, id) AS (
	SELECT d.id, d.id FROM {rows d id:TEXT=:roots}
	UNION SELECT forks.root, ws.workflow_uuid FROM {workflow_status} AS ws JOIN forks ON ws.forked_from = forks.id)
SELECT forks.root, forks.id FROM forks WHERE forks.id <> forks.root`

// selectFurtherForks finds forks that get no message, because they were made after the count.
const selectFurtherForks = selectForks + `
AND NOT EXISTS (SELECT 1 FROM {rows counted id:TEXT=:destinations} WHERE counted.id = forks.id)`

// selectFurtherForksAgain is selectFurtherForks after a lost answer. If that attempt took effect,
// the messages are there, and a fork that was made afterwards is not in the way.
const selectFurtherForksAgain = selectFurtherForks + `
AND NOT EXISTS (SELECT 1 FROM {notifications} AS sent WHERE {in sent.message_uuid :ids})`

// noTopic is the text that every SDK stores for a message without a topic.
const noTopic = "__null__topic__"

// errNobody is the error of the guard of a send.
var errNobody = errors.New("a destination does not exist")

const sending = "send"

// A Message is a message to one workflow, for SendMany.
type Message struct {
	DestinationID string `json:"destination_id" doc:"The workflow that receives the message. It may be in any state." required:"true" nonempty:"true"`
	Message       any    `json:"message" doc:"The message to send: JSON data."`
	Topic         string `json:"topic" doc:"The topic on which the workflow receives the message. Without it the message has no topic."`
	// SendToForks sends it to the forks of the destination too, and to theirs.
	SendToForks bool `json:"send_to_forks" doc:"Also sends the message to all forks of the destination, and to their forks."`
	// IdempotencyKey makes repeated calls send the message once.
	IdempotencyKey string `json:"idempotency_key" doc:"A key of the message. If the destination has a message with this key already, it is not sent again." nonempty:"true"`

	emptied emptied // an option function was given an empty text
}

func (c *systemClient) Send(destinationID string, message any, topic string) error {
	return c.SendMany([]Message{{DestinationID: destinationID, Message: message, Topic: topic}})
}

func (c *systemClient) SendMany(messages []Message) error {
	if len(messages) == 0 {
		return nil
	}
	args, err := c.messageArgs(messages)
	if err == nil && slices.ContainsFunc(messages, func(m Message) bool { return m.SendToForks }) {
		args, err = c.expandedArgs(messages)
	}
	if err != nil {
		return err
	}
	keyed := slices.ContainsFunc(messages, func(m Message) bool { return m.IdempotencyKey != "" })
	s := &write{Change: Change{Op: sending, IDs: args["destinations"].([]string), bulk: messagesAsBulk(messages, args)}}
	s.send = func(w *writer) error {
		s.Changed = int64(len(s.IDs))
		if len(s.IDs) == 1 && args["roots"] == nil {
			return c.sendOne(w, args, keyed)
		}
		statements := func(b *db.Batch, foreseen bool) {
			c.guardNobody(b, args, keyed, foreseen)
			switch {
			case args["roots"] == nil:
			case b.Attempt().AnswerLost:
				b.Guard(selectFurtherForksAgain, args, errGrown)
			default:
				b.Guard(selectFurtherForks, args, errGrown)
			}
			b.Exec(insertText(b, keyed, insertMessages, insertMessagesOnce), args, nil)
		}
		if w.later(func(b *db.Batch) { statements(b, true) }, func() {}) {
			return nil
		}
		_, err := w.write(func(b *db.Batch) { statements(b, false) })
		if errors.Is(err, errNobody) || errors.Is(err, db.ErrForeignKey) {
			return c.nobody(args)
		}
		if errors.Is(err, errGrown) {
			return &Error{Code: Conflict, Op: sending, Message: "nothing was sent, because a destination was forked since its forks were counted",
				Hint: "call it again: it counts and asks anew"}
		}
		return err
	}
	return c.apply(s)
}

// insertText returns plain for random ids in the first attempt, in which they cannot exist, and
// once otherwise.
func insertText(b *db.Batch, keyed bool, plain, once string) string {
	if keyed || b.Attempt().Again() {
		return once
	}
	return plain
}

// sendOne sends a single message. If nothing was inserted, the message has been sent before, or its
// destination does not exist.
func (c *systemClient) sendOne(w *writer, args query.Args, keyed bool) error {
	var inserted int64
	statements := func(b *db.Batch) {
		b.Keyed()
		b.Exec(insertText(b, keyed, insertMessage, insertMessageOnce), args, &inserted)
	}
	if w.later(func(b *db.Batch) { statements(b); b.Guard(selectNobody, args, errNobody) }, func() {}) {
		return nil
	}
	_, err := w.write(statements)
	switch {
	case errors.Is(err, db.ErrForeignKey):
		return c.nobody(args)
	case err != nil || inserted > 0:
		return err
	}
	id, err := c.missing(args)
	if err == nil && id != "" {
		err = noSuchWorkflow(sending, id)
	}
	return err
}

// missing returns the first destination that does not exist, or "".
func (c *systemClient) missing(args query.Args) (string, error) {
	var nobody map[string]bool
	err := c.read(sending, func(b *db.Batch) { db.Set(b, &nobody, selectNobody, args) })
	return firstOf(args["destinations"].([]string), nobody), err
}

// expandedArgs returns the parameters of messages and their copies for forks.
func (c *systemClient) expandedArgs(messages []Message) (query.Args, error) {
	if err := c.writable(sending); err != nil {
		return nil, err
	}
	var roots []string
	for _, m := range messages {
		if m.SendToForks {
			roots = append(roots, m.DestinationID)
		}
	}
	roots = unique(roots)
	type fork struct{ root, id string }
	var found []fork
	err := c.read(sending, func(b *db.Batch) {
		db.Collect(b, &found, selectForks, query.Args{"roots": roots}, func(row db.Row) (f fork, err error) {
			err = row.Scan(&f.root, &f.id)
			return f, err
		})
	})
	if err != nil {
		return nil, err
	}
	forks := map[string][]string{}
	for _, f := range found {
		forks[f.root] = append(forks[f.root], f.id)
	}
	c.view.addPlannedForks(forks, roots)
	args, err := c.messageArgs(withForks(messages, forks))
	if err == nil {
		args["roots"] = roots
	}
	return args, err
}

// withForks returns each message, followed by its copies for the forks of its destination.
func withForks(messages []Message, forks map[string][]string) []Message {
	expanded := make([]Message, 0, len(messages))
	for _, m := range messages {
		expanded = append(expanded, m)
		if !m.SendToForks {
			continue
		}
		for _, id := range forks[m.DestinationID] {
			m.DestinationID = id
			expanded = append(expanded, m)
		}
	}
	return expanded
}

// messageArgs returns the parameters of the statement, with ids and times that all tries share.
func (c *systemClient) messageArgs(messages []Message) (query.Args, error) {
	count := len(messages)
	ids, destinations, topics := make([]string, count), make([]string, count), make([]string, count)
	texts := make([]string, count)
	for i, m := range messages {
		text, err := m.encode(i, count)
		if err != nil {
			return nil, err
		}
		ids[i], destinations[i], topics[i], texts[i] = m.id(), m.DestinationID, m.topic(), text
	}
	created := c.stamps.take(c.now(), destinations)
	return query.Args{"ids": ids, "destinations": destinations, "topics": topics, "messages": texts,
		"created": created, "codec": codec.PortableJSON, "schema": c.config.DatabaseSchema}, nil
}

func (m Message) encode(index, count int) (string, error) {
	which := ""
	if count > 1 {
		which = fmt.Sprintf("message %d: ", index+1)
	}
	if m.DestinationID == "" {
		return "", invalid(sending, "%sthe destination id is empty", which)
	}
	if err := m.emptied.check(sending); err != nil {
		return "", err
	}
	text, err := codec.Encode(codec.PortableJSON, m.Message)
	if err != nil {
		return "", &Error{Code: InvalidOption, Op: sending, Err: err, Message: which + err.Error()}
	}
	return text, nil
}

// id returns the id of the message: a random one or, with an idempotency key, the same in every
// SDK.
func (m Message) id() string {
	if m.IdempotencyKey == "" {
		return uuid.NewString()
	}
	return m.IdempotencyKey + "::" + m.DestinationID
}

func (m Message) topic() string {
	if m.Topic == "" {
		return noTopic
	}
	return m.Topic
}

// nobody returns NonExistentWorkflow for the first destination that does not exist.
func (c *systemClient) nobody(args query.Args) error {
	id, err := c.missing(args)
	switch {
	case err != nil:
		return err
	case id == "":
		return &Error{Code: NonExistentWorkflow, Op: sending, Message: "a destination was deleted meanwhile"}
	}
	return noSuchWorkflow(sending, id)
}
