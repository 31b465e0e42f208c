package declare

import (
	"bytes"
	"encoding/json"
	"iter"
)

// Members is a JSON object whose keys have an order.
type Members []Member

// Member is one key of Members and its value.
type Member struct {
	Key   string
	Value any
}

// All returns the members in their order.
func (m Members) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, member := range m {
			if !yield(member.Key, member.Value) {
				return
			}
		}
	}
}

// MarshalJSON writes the keys in their order.
func (m Members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, member := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeMember(&b, member); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func writeMember(b *bytes.Buffer, m Member) error {
	if err := writeJSON(b, m.Key); err != nil {
		return err
	}
	b.WriteByte(':')
	return writeJSON(b, m.Value)
}

// writeJSON leaves <, > and & as they are: this is no HTML.
func writeJSON(b *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the newline
	return nil
}
