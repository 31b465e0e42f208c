package pgproxy

import "time"

// A flight holds the messages that a client sends before it waits.
type flight struct {
	messages []message
	arrived  time.Time
}

// ends returns true if the client waits after a message: Sync, Flush, Query, a password, or the
// end of the connection. Messages of a COPY are passed on at once.
func (m message) ends() bool {
	switch m.kind {
	case 'P', 'B', 'D', 'E', 'C': // Parse, Bind, Describe, Execute, Close
		return false
	}
	return true
}

// awaitsReady returns true if the server answers with ReadyForQuery.
func (f flight) awaitsReady() bool {
	last := f.messages[len(f.messages)-1].kind
	return last == 'S' || last == 'Q' // Sync, Query
}

// waited returns true if the client waits for an answer.
func (f flight) waited() bool {
	return f.awaitsReady() || f.messages[len(f.messages)-1].kind == 'H' // Flush
}

func (f flight) count(kind byte) int {
	n := 0
	for _, m := range f.messages {
		if m.kind == kind {
			n++
		}
	}
	return n
}

// executes returns true if a statement is run, not only prepared.
func (f flight) executes() bool { return f.count('E') > 0 || f.count('Q') > 0 }

func (f flight) bytes() []byte {
	var all []byte
	for _, m := range f.messages {
		all = append(all, m.bytes()...)
	}
	return all
}

// until returns the bytes of so many messages, and of half of the next one.
func (f flight) until(messages int) []byte {
	messages = min(messages, len(f.messages)-1)
	half := f.messages[messages].bytes()
	return append(flight{f.messages[:messages], f.arrived}.bytes(), half[:len(half)/2]...)
}

// failing makes a flight fail at its end, when everything in it has run. The server undoes it, and
// knows by itself whether that was a whole transaction or a part of one.
func (f flight) failing(statement string) flight {
	last := len(f.messages) - 1
	if f.messages[last].kind == 'Q' {
		return flight{[]message{{'Q', text(statement)}}, f.arrived}
	}
	messages := append([]message{}, f.messages[:last]...)
	messages = append(messages, unprepared(statement)...)
	return flight{append(messages, f.messages[last]), f.arrived}
}

// statements maps the names of a connection's prepared statements to their texts.
type statements map[string]string

// executed returns the SQL that a flight runs, and keeps the statements that it prepares.
func (s statements) executed(f flight) []string {
	var sql []string
	for _, m := range f.messages {
		switch m.kind {
		case 'P': // Parse
			words := m.words(2)
			s[words[0]] = words[1]
		case 'B': // Bind
			sql = append(sql, s[m.words(2)[1]])
		case 'Q': // Query
			sql = append(sql, m.words(1)[0])
		}
	}
	return sql
}
