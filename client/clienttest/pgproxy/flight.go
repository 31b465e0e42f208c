package pgproxy

import "time"

// A flight is what a client sends before it waits.
type flight struct {
	messages []message
	arrived  time.Time
}

// ends tells whether the client waits after a message: Sync, Flush, Query, a password, or the end
// of the connection. What belongs to a COPY is passed on at once.
func (m message) ends() bool {
	switch m.kind {
	case 'P', 'B', 'D', 'E', 'C':
		return false
	}
	return true
}

// awaitsReady tells whether the server answers with ReadyForQuery.
func (f flight) awaitsReady() bool {
	last := f.messages[len(f.messages)-1].kind
	return last == 'S' || last == 'Q'
}

// waited tells whether the client waits for an answer.
func (f flight) waited() bool {
	return f.awaitsReady() || f.messages[len(f.messages)-1].kind == 'H'
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

// executes tells whether anything is run, rather than only prepared.
func (f flight) executes() bool { return f.count('E') > 0 || f.count('Q') > 0 }

func (f flight) bytes() []byte {
	var all []byte
	for _, m := range f.messages {
		all = append(all, m.bytes()...)
	}
	return all
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

// statements remembers what a connection prepared, by name.
type statements map[string]string

// executed is the SQL of a flight.
func (s statements) executed(f flight) []string {
	var sql []string
	for _, m := range f.messages {
		switch m.kind {
		case 'P':
			words := m.words(2)
			s[words[0]] = words[1]
		case 'B':
			sql = append(sql, s[m.words(2)[1]])
		case 'Q':
			sql = append(sql, m.words(1)[0])
		}
	}
	return sql
}
