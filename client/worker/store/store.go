// Package store reads and writes the sources of scripts and the policies of schedules, in the
// tables for durable runs, which ClientConfig.CreateRuns makes. The leases of executors are
// in the same tables, and belong to package worker. Start with Open; source.go and policy.go
// have what is stored.
package store

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/tables"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A Store is the open tables. It is safe for concurrent use.
type Store struct {
	tables *tables.Database
	clock  func() time.Time
}

// Open opens the tables of a database that exists. It returns worker.ErrNoRunTables if nobody has
// made them, and creates nothing.
func Open(ctx context.Context, config client.ClientConfig) (*Store, error) {
	opened, err := tables.Open(ctx, config)
	if err != nil {
		return nil, err
	}
	if !opened.Shape().HasRuns() {
		opened.Close()
		return nil, worker.ErrNoRunTables
	}
	clock := config.Clock
	if clock == nil {
		clock = time.Now
	}
	return &Store{opened, clock}, nil
}

// Close releases the connections.
func (s *Store) Close() { s.tables.Close() }

// now is the present in Unix milliseconds.
func (s *Store) now() int64 { return s.clock().UnixMilli() }
