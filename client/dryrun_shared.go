package client

import (
	"context"
	"os"
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// SharedPlans lets the dry runs of several clients know of each other. What one of them would have
// changed, all clients of the same database and schema find changed, however they name the
// database. The zero value is ready to use.
type SharedPlans struct {
	mutex      sync.Mutex
	byDatabase []sharedPlan
}

type sharedPlan struct {
	at      databaseIdentity
	planned *overlay
}

// A databaseIdentity is equal for two connections to the same database.
type databaseIdentity struct {
	server, schema string
	file           os.FileInfo // of SQLite
}

func (i databaseIdentity) same(other databaseIdentity) bool {
	if i.file != nil && other.file != nil {
		return os.SameFile(i.file, other.file)
	}
	return i.file == nil && other.file == nil && i == other
}

// of returns the overlay of the session's database. A database in memory has its own.
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
