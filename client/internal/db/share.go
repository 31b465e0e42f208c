package db

import (
	"log/slog"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Share returns a DB that uses the connections of d for the tables of another schema, so that all
// schemas of a database need one pool. Closing it waits for its own calls, and leaves the
// connections open. As after Open, every feature counts as there until Learn is called.
func (d *DB) Share(schema string, logger *slog.Logger) *DB {
	return &DB{
		backend:  d.backend,
		listener: d.listener,
		logger:   logger,
		retry:    d.retry,
		target:   query.Target{Dialect: d.target.Dialect, Schema: schema, Has: func(string) bool { return true }},
		done:     make(chan struct{}),
		released: make(chan struct{}),
		shared:   true,
	}
}

// release waits until no call uses the connections, and closes them, unless they are another DB's.
func (d *DB) release() {
	defer close(d.released)
	if d.shared {
		d.calls.Lock() // waits for the calls under way; none begins later, because the DB is closed
		defer d.calls.Unlock()
		return
	}
	d.listener.close()
	d.backend.close() // waits for the calls by itself
}
