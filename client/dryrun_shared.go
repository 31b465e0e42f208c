package client

import (
	"context"
	"os"
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// SharedPlans joins the dry runs of several clients: a change that one of them plans is seen by all
// clients of the same database and schema, even if their URLs differ. The zero value is ready to
// use.
type SharedPlans struct {
	mutex      sync.Mutex
	byDatabase []sharedPlan
}

type sharedPlan struct {
	at      databaseIdentity
	planned *overlay
}

// A databaseIdentity names a database. Method same compares two of them.
type databaseIdentity struct {
	server, schema string
	file           os.FileInfo // of SQLite; nil for Postgres
}

func (i databaseIdentity) same(other databaseIdentity) bool {
	if i.file != nil && other.file != nil {
		return os.SameFile(i.file, other.file)
	}
	return i.file == nil && other.file == nil && i == other
}

// of returns the overlay with the planned changes of the session's database. A database in memory
// is never shared, so it has an overlay of its own.
func (p *SharedPlans) of(ctx context.Context, s *session) (*overlay, error) {
	if p == nil {
		return newOverlay(), nil
	}
	at, shared, err := s.identity(ctx)
	if err != nil || !shared {
		return newOverlay(), err
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, known := range p.byDatabase {
		if known.at.same(at) {
			return known.planned, nil
		}
	}
	made := newOverlay()
	p.byDatabase = append(p.byDatabase, sharedPlan{at, made})
	return made, nil
}

// identity returns the identity of the session's database. shared is false for a database in
// memory.
func (s *session) identity(ctx context.Context) (at databaseIdentity, shared bool, err error) {
	name, err := catalog.Identity(ctx, s.db)
	switch {
	case err != nil:
		return at, false, failure(connecting, err)
	case s.db.Dialect() == query.Postgres:
		return databaseIdentity{server: name, schema: s.config.DatabaseSchema}, true, nil
	case name == "":
		return at, false, nil
	}
	if at.file, err = os.Stat(name); err != nil {
		return at, false, initialization(err)
	}
	return at, true, nil
}
