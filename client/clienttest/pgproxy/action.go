package pgproxy

import (
	"regexp"
	"slices"
	"strings"
)

// A Request holds the statements that a client sends before it waits: one, or a list.
type Request struct {
	Number   int      // from 1, over all connections
	SQL      []string // the statements it executes, as far as this connection prepared them
	Messages int      // of the protocol: a statement has several
}

// An Action is the treatment of a request.
type Action int64

// The actions.
const (
	Pass       Action = iota
	Conflict          // runs, and is then undone with SQLSTATE 40001
	Refuse            // is answered with SQLSTATE 0A000
	Lose              // is lost with its connection
	LoseAnswer        // takes effect, and its answer is lost with the connection
)

// The actions with a number of messages, which they have in their lower half.
const (
	cutRequest Action = (iota + 1) << 32
	cutAnswer
	maxMessages = cutRequest - 1
)

// CutRequest returns the action for a request that loses its connection after the server has
// received so many messages of it, and half of the next one.
func CutRequest(messages int) Action { return cutRequest + Action(messages) }

// CutAnswer returns the action for a request that takes effect, and of whose answer the client
// receives so many messages at most, but never the last one, before the connection is lost.
func CutAnswer(messages int) Action { return cutAnswer + Action(messages) }

// cut returns which part of a request is cut, or 0 if none is, and after how many messages.
func (a Action) cut() (part Action, messages int) { return a &^ maxMessages, int(a & maxMessages) }

// Every takes the action for one request out of n, the n-th being the first.
func Every(n int, action Action) func(Request) Action {
	return func(r Request) Action {
		if r.Number%n == 0 {
			return action
		}
		return Pass
	}
}

// Mentions returns true if one of the statements contains a text.
func (r Request) Mentions(text string) bool {
	for _, sql := range r.SQL {
		if strings.Contains(sql, text) {
			return true
		}
	}
	return false
}

// cockroachVersion is a parameter that CockroachDB's handshake has, and PostgreSQL's does not.
const cockroachVersion = "CockroachDB CCL v24.3.1 (a proxy that plays it)"

func unknownToCockroach(sql []string) bool {
	r := Request{SQL: sql}
	return r.Mentions("LISTEN ") || r.Mentions("NOTIFY ") || r.Mentions("pg_notify") || r.Mentions("CREATE TRIGGER") ||
		slices.ContainsFunc(sql, changesTwice)
}

// updated is the table of an UPDATE.
var updated = regexp.MustCompile(`UPDATE ("[^"]+"\.\w+)`)

// changesTwice returns true if a statement has two UPDATEs of one table, which CockroachDB refuses.
func changesTwice(sql string) bool {
	tables := map[string]bool{}
	for _, match := range updated.FindAllStringSubmatch(sql, -1) {
		if tables[match[1]] {
			return true
		}
		tables[match[1]] = true
	}
	return false
}

// raising is a statement that fails with an SQLSTATE.
func raising(state, message string) string {
	return "DO $$ BEGIN RAISE EXCEPTION '" + message + "' USING ERRCODE = '" + state + "'; END $$"
}

func (a Action) statement() string {
	if a == Refuse {
		return raising("0A000", "unimplemented: this server plays CockroachDB")
	}
	return raising("40001", "restart transaction: TransactionRetryWithProtoRefreshError")
}
