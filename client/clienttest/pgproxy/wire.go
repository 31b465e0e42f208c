package pgproxy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// longest bounds a message; PostgreSQL's own bound is the same.
const longest = 1 << 30

// Codes in the place of a protocol version, in the first message of a connection.
const (
	cancelCode = 80877102
	sslCode    = 80877103
	gssCode    = 80877104
)

// A message has a type, except for the first one of a connection, whose type is 0 here.
type message struct {
	kind byte
	body []byte
}

// read takes one message.
func read(from io.Reader, typed bool) (m message, err error) {
	head := make([]byte, 5)
	if !typed {
		head = head[1:]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return m, err
	}
	if typed {
		m.kind, head = head[0], head[1:]
	}
	length := binary.BigEndian.Uint32(head)
	if length < 4 || length > longest {
		return m, fmt.Errorf("a message of %d bytes", length)
	}
	m.body = make([]byte, length-4)
	_, err = io.ReadFull(from, m.body)
	return m, err
}

// bytes is the message as it is sent.
func (m message) bytes() []byte {
	text := make([]byte, 0, len(m.body)+5)
	if m.kind != 0 {
		text = append(text, m.kind)
	}
	text = binary.BigEndian.AppendUint32(text, uint32(len(m.body)+4))
	return append(text, m.body...)
}

// words returns the first n texts of a body. Each ends with a zero byte.
func (m message) words(n int) []string {
	words := make([]string, n)
	rest := m.body
	for i := range words {
		word, after, _ := bytes.Cut(rest, []byte{0})
		words[i], rest = string(word), after
	}
	return words
}

// code returns the protocol version of a first message, or the request code in its place.
func (m message) code() uint32 {
	if len(m.body) < 4 {
		return 0
	}
	return binary.BigEndian.Uint32(m.body)
}

func text(words ...string) []byte {
	var body []byte
	for _, word := range words {
		body = append(append(body, word...), 0)
	}
	return body
}

// unprepared is one statement in the extended protocol, without the final Sync.
func unprepared(sql string) []message {
	none := []byte{0, 0}
	return []message{
		{'P', append(text("", sql), none...)},
		{'B', append(text("", ""), 0, 0, 0, 0, 0, 0)},
		{'E', append(text(""), 0, 0, 0, 0)},
	}
}
