package client

import (
	"context"
	"os"
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Rehearsals let the dry runs of several clients know of each other: what one of them would have changed, all clients of
// the same database and schema find so, however each of them names the database. The zero value is ready.
type Rehearsals struct {
	mutex sync.Mutex
	known []sharedRehearsal
}

type sharedRehearsal struct {
	at databaseIdentity
	r  *rehearsal
}

// A databaseIdentity is what two connections to the same database have in common.
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

// of returns the rehearsal of the database of a session. One in memory is nobody else's.
func (rs *Rehearsals) of(ctx context.Context, s *session) (*rehearsal, error) {
	if rs == nil {
		return newRehearsal(), nil
	}
	at, shared, err := s.identity(ctx)
	if err != nil || !shared {
		return newRehearsal(), err
	}
	rs.mutex.Lock()
	defer rs.mutex.Unlock()
	for _, known := range rs.known {
		if known.at.same(at) {
			return known.r, nil
		}
	}
	made := newRehearsal()
	rs.known = append(rs.known, sharedRehearsal{at, made})
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
