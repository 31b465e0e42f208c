// Package store reads and writes the sources of scripts and the policies of schedules, in the tables for
// durable runs, which ClientConfig.CreateRuns makes. The leases of executors are in the same tables, and
// belong to package worker.
package store

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/tables"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A Store is the open tables. It is safe for concurrent use.
type Store struct {
	tables *tables.Database
	clock  func() time.Time
}

// Open opens the tables of a database that exists. It returns worker.ErrNoRunTables if nobody has made
// them, and creates nothing.
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

// A Source is a script with the modules that it requires, as one text.
type Source struct {
	Hash      string
	Name      string // the name of the script, for people
	Text      string
	CreatedAt time.Time // when it was stored first
}

// A Policy says how a schedule treats its ticks, as a JSON text.
type Policy struct {
	ScheduleName string
	Text         string
	UpdatedAt    time.Time
}

const (
	// insertSource keeps the text that a hash has, because runs that began with it replay it.
	insertSource = `
INSERT INTO {dbos_script_sources} (hash, name, source, created_at) VALUES (:hash, :name, :source, :now) ON CONFLICT (hash) DO NOTHING`

	selectSources = `SELECT s.hash, s.name, s.source, s.created_at FROM {dbos_script_sources} AS s WHERE {in s.hash :hashes} ORDER BY s.hash`

	upsertPolicy = `
INSERT INTO {dbos_script_policies} (schedule_name, policy, updated_at) VALUES (:name, :policy, :now)
ON CONFLICT (schedule_name) DO UPDATE SET policy = excluded.policy, updated_at = excluded.updated_at`

	selectPolicies = `SELECT p.schedule_name, p.policy, p.updated_at FROM {dbos_script_policies} AS p ORDER BY p.schedule_name`

	deletePolicy = `DELETE FROM {dbos_script_policies} WHERE schedule_name = :name`
)

// AddSource stores a source under its hash. A hash that is known keeps its text and its name.
func (s *Store) AddSource(ctx context.Context, hash, name, text string) error {
	args := query.Args{"hash": hash, "name": name, "source": text, "now": s.clock().UnixMilli()}
	return s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(insertSource, args, nil) })
}

// Sources returns the sources of hashes, in the order of the hashes; one that is not stored is missing.
func (s *Store) Sources(ctx context.Context, hashes ...string) (sources []Source, err error) {
	err = s.tables.DB().Read(ctx, func(b *db.Batch) {
		db.Collect(b, &sources, selectSources, query.Args{"hashes": hashes}, func(row db.Row) (found Source, err error) {
			var created int64
			err = row.Scan(&found.Hash, &found.Name, &found.Text, &created)
			found.CreatedAt = time.UnixMilli(created)
			return found, err
		})
	})
	return sources, err
}

// SetPolicy stores the policy of a schedule, in place of an earlier one.
func (s *Store) SetPolicy(ctx context.Context, scheduleName, policy string) error {
	args := query.Args{"name": scheduleName, "policy": policy, "now": s.clock().UnixMilli()}
	return s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(upsertPolicy, args, nil) })
}

// DeletePolicy forgets the policy of a schedule, and returns false if it has none.
func (s *Store) DeletePolicy(ctx context.Context, scheduleName string) (deleted bool, err error) {
	var count int64
	err = s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(deletePolicy, query.Args{"name": scheduleName}, &count) })
	return count > 0, err
}

// Policies returns all policies, by the names of their schedules.
func (s *Store) Policies(ctx context.Context) (policies []Policy, err error) {
	err = s.tables.DB().Read(ctx, func(b *db.Batch) {
		db.Collect(b, &policies, selectPolicies, query.Args{}, func(row db.Row) (found Policy, err error) {
			var updated int64
			err = row.Scan(&found.ScheduleName, &found.Text, &updated)
			found.UpdatedAt = time.UnixMilli(updated)
			return found, err
		})
	})
	return policies, err
}
