package raw

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/bench/task"
)

// The columns of a listed workflow: texts, then numbers, then payloads.
const (
	textColumns = `workflow_uuid, status, name, authenticated_user, assumed_role, authenticated_roles, executor_id, application_version,
	application_id, queue_name, deduplication_id, queue_partition_key, forked_from, parent_workflow_id, class_name, config_name,
	serialization, attributes, schedule_name, application_name`
	numberColumns = `created_at, updated_at, recovery_attempts, workflow_timeout_ms, workflow_deadline_epoch_ms, started_at_epoch_ms,
	completed_at, delay_until_epoch_ms, debounce_deadline_epoch_ms, priority, was_forked_from, is_debounced`
	texts, numbers, payloads = 20, 12, 3
)

// The places of the columns that a task reads.
const (
	idAt, statusAt, nameAt = 0, 1, 2
	createdAt              = 0
	inputAt                = texts
)

// qualified returns columns of the table ws.
func qualified(columns string) string {
	names := strings.Split(columns, ",")
	for i, name := range names {
		names[i] = "ws." + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}

// A record holds the columns of one row. NULL is an empty text or 0.
type record struct {
	texts   [texts + payloads]text
	numbers [numbers]number
}

type (
	text   string
	number int64
)

// Scan takes a value of SQLite.
func (t *text) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*t = ""
	case string:
		*t = text(v)
	case []byte:
		*t = text(v)
	default:
		return fmt.Errorf("%T is no text", value)
	}
	return nil
}

// Scan takes a value of SQLite, where a truth value is a number.
func (n *number) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*n = 0
	case int64:
		*n = number(v)
	case bool:
		*n = 0
		if v {
			*n = 1
		}
	default:
		return fmt.Errorf("%T is no number", value)
	}
	return nil
}

// targets are the places of the columns, in their order.
func (r *record) targets(withPayloads bool) []any {
	list := make([]any, 0, texts+numbers+payloads)
	for i := range texts {
		list = append(list, &r.texts[i])
	}
	for i := range r.numbers {
		list = append(list, &r.numbers[i])
	}
	if withPayloads {
		for i := range payloads {
			list = append(list, &r.texts[texts+i])
		}
	}
	return list
}

// decode takes a row of Postgres as it came over the line. All texts of a row share one string.
// It returns the buffer for the next row.
func (r *record) decode(values [][]byte, buffer []byte) []byte {
	buffer = buffer[:0]
	for i, value := range values {
		if i < texts || i >= texts+numbers {
			buffer = append(buffer, value...)
		}
	}
	all, at := text(buffer), 0
	for i, value := range values {
		switch {
		case i < texts:
			r.texts[i] = all[at : at+len(value)]
			at += len(value)
		case i < texts+numbers:
			r.numbers[i-texts] = integer(value)
		default:
			r.texts[i-numbers] = all[at : at+len(value)]
			at += len(value)
		}
	}
	return buffer
}

// integer decodes the binary form of a bigint, an integer or a truth value.
func integer(value []byte) number {
	switch len(value) {
	case 8:
		return number(binary.BigEndian.Uint64(value))
	case 4:
		return number(int32(binary.BigEndian.Uint32(value)))
	case 1:
		return number(value[0])
	}
	return 0
}

// read reads three fields, and decodes the input if the task wants it.
func (r *record) read(t task.Task) error {
	if r.texts[idAt] == "" || r.texts[statusAt] == "" || r.texts[nameAt] == "" {
		return fmt.Errorf("a field is missing in %v", r.texts)
	}
	if !t.Decode {
		return nil
	}
	var value any
	return json.Unmarshal([]byte(r.texts[inputAt]), &value)
}
