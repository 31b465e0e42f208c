package client

// A SendOption sets an option of a message.
type SendOption func(*Message)

// WithIdempotencyKey sends the message to its destination only if none with the key was sent.
func WithIdempotencyKey(key string) SendOption {
	return func(m *Message) {
		m.IdempotencyKey = key
		m.emptied.note("idempotency_key", key)
	}
}

// WithSendToForks sends the message to the forks of the destination too, and to their forks.
func WithSendToForks() SendOption {
	return func(m *Message) { m.SendToForks = true }
}

// WithPortableSend stores the message as portable JSON. Every message is stored so, because
// applications of all SDKs read it: the option is for programs that were written for the Go SDK.
func WithPortableSend() SendOption { return func(*Message) {} }

// Send is Client.Send with options. It returns the errors of Client.SendMany, and InvalidOption if
// the idempotency key is empty.
func Send(c Client, destinationID string, message any, topic string, opts ...SendOption) error {
	m := Message{DestinationID: destinationID, Message: message, Topic: topic}
	for _, set := range opts {
		set(&m)
	}
	return c.SendMany([]Message{m})
}

// SendBulk is Client.SendMany with options for all messages. Each message has its own
// IdempotencyKey: with WithIdempotencyKey it returns InvalidOption.
func SendBulk(c Client, messages []Message, opts ...SendOption) error {
	var all Message
	for _, set := range opts {
		set(&all)
	}
	if all.IdempotencyKey != "" || all.emptied != "" {
		return invalid(sending, "one idempotency key cannot stand for several messages: set Message.IdempotencyKey of each")
	}
	list := make([]Message, len(messages))
	for i, m := range messages {
		m.SendToForks = m.SendToForks || all.SendToForks
		list[i] = m
	}
	return c.SendMany(list)
}
