package databases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Copy is a copy of a database of the server, to which nothing is connected.
func (s *Servers) Copy(ctx context.Context, from, name string) (*Database, error) {
	if err := s.execute(ctx, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, from)); err != nil {
		return nil, err
	}
	return openPostgres(ctx, "PostgreSQL", s.server.URL(name))
}

// Drop closes a database of the server and deletes it.
func (s *Servers) Drop(ctx context.Context, d *Database) error {
	var name string
	err := d.db.QueryRowContext(ctx, "SELECT current_database()").Scan(&name)
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	return s.execute(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
}

// ticks is the number of clock ticks of /proc in a second.
const ticks = 100

// ServerTime returns the processor time in seconds that the server has used since it started, with
// all its processes, those of closed connections too. It is read from /proc.
func (d *Database) ServerTime(ctx context.Context) (seconds float64, err error) {
	var backend int
	if err := d.db.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		return 0, err
	}
	fields, err := processTimes(backend)
	if err != nil {
		return 0, err
	}
	server := fields[parent]
	fields, err = processTimes(server)
	if err != nil {
		return 0, err
	}
	total := fields[userTime] + fields[systemTime] + fields[endedUserTime] + fields[endedSystemTime]
	list, err := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", server))
	if err != nil {
		return 0, err
	}
	for child := range strings.FieldsSeq(string(list)) {
		id, err := strconv.Atoi(child)
		if err != nil {
			return 0, err
		}
		// One that has ended meanwhile is counted by its parent.
		if fields, err := processTimes(id); err == nil {
			total += fields[userTime] + fields[systemTime]
		}
	}
	return float64(total) / ticks, nil
}

// The places of the fields of /proc/PID/stat behind the name.
const (
	parent          = 1
	userTime        = 11
	systemTime      = 12
	endedUserTime   = 13
	endedSystemTime = 14
)

// processTimes returns the fields of a process behind its name and its state.
func processTimes(id int) ([]int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		return nil, err
	}
	words := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(words) <= endedSystemTime {
		return nil, fmt.Errorf("process %d: %q", id, text)
	}
	fields := make([]int, endedSystemTime+1)
	for i := parent; i <= endedSystemTime; i++ {
		// Some fields between are larger than an int.
		fields[i], _ = strconv.Atoi(words[i])
	}
	return fields, nil
}

// Example returns the id of a workflow that has ended.
func (d *Database) Example(ctx context.Context) (id string, err error) {
	err = d.db.QueryRowContext(ctx, "SELECT workflow_uuid FROM "+d.schema+"workflow_status WHERE status = 'SUCCESS' ORDER BY created_at LIMIT 1").Scan(&id)
	return id, err
}

// Fail adds a failed workflow for each of some error messages, a second apart.
func (d *Database) Fail(ctx context.Context, messages []string) error {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	const block = 1000
	for start := 0; start < len(messages); start += block {
		part := messages[start:min(start+block, len(messages))]
		statuses, outputs, values := []string{}, []string{}, []any{}
		for i, message := range part {
			number := start + i
			id := fmt.Sprintf("'%08x-0000-4000-8000-%012x'", number*7919%len(messages), number)
			failed := d.place(i + 1)
			values = append(values, message)
			statuses = append(statuses, fmt.Sprintf("(%s, 'ERROR', 'pay', %d, %d, %d)", id, 1000*number, 1000*number, 1000*number))
			outputs = append(outputs, fmt.Sprintf("(%s, %s)", id, failed))
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+d.schema+"workflow_status (workflow_uuid, status, name, created_at, updated_at, completed_at) VALUES "+
			strings.Join(statuses, ", ")); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+d.schema+"workflow_output (workflow_uuid, error) VALUES "+strings.Join(outputs, ", "), values...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
