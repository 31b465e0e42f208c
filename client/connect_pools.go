package client

import (
	"context"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/address"
	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

const (
	// pooledConnections is the number of connections of a pool that many clients share. A statement
	// holds one only while it runs, and a server has a hundred for all its users.
	pooledConnections = 10
	// shapeLasts is how long clients that share a pool use the tables that one of them found. A
	// migration is noticed after it.
	shapeLasts = 10 * time.Second
)

// Pools are pools of connections that clients share, one for each URL of a server. A pool has at
// most ten connections, unless the URL sets another number, and one more that listens for
// notifications. Files of SQLite are not shared. The zero value is ready to use.
type Pools struct {
	mutex  sync.Mutex
	pools  map[poolKey]*db.DB
	shapes map[shapeKey]knownShape
}

type poolKey struct {
	url      string
	source   address.Source
	readOnly bool
}

type shapeKey struct {
	pool   poolKey
	schema string
}

type knownShape struct {
	shape *schema.Shape
	until time.Time
}

func keyOf(config ClientConfig) poolKey {
	return poolKey{config.DatabaseURL, config.source(), config.ReadOnly || config.DryRun}
}

// Close closes the connections. Clients that use them must be closed before.
func (p *Pools) Close() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, pool := range p.pools {
		pool.Close(0)
	}
	p.pools, p.shapes = nil, nil
}

// shares returns true if the database of a configuration is opened by the pools.
func (p *Pools) shares(config ClientConfig) bool {
	if p == nil || config.SystemDBPool != nil || config.SqliteSystemDB != nil || config.Create || config.CreateRuns {
		return false
	}
	a, err := address.Parse(config.DatabaseURL, config.source())
	return err == nil && a.File == nil
}

// open opens a database, or uses the pool that is open. A pool outlives the client that opened it,
// and so it has no context.
func (p *Pools) open(ctx context.Context, config ClientConfig, with db.Config) (*db.DB, error) {
	if !p.shares(config) {
		return db.Open(ctx, with)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	pool := p.pools[keyOf(config)]
	if pool == nil {
		with.Connections = pooledConnections
		var err error
		if pool, err = db.Open(context.Background(), with); err != nil {
			return nil, err
		}
		if p.pools == nil {
			p.pools, p.shapes = map[poolKey]*db.DB{}, map[shapeKey]knownShape{}
		}
		p.pools[keyOf(config)] = pool
	}
	return pool.Share(with.Schema, with.Logger), nil
}

// shape reads the shape of the tables, unless another client has just read it.
func (p *Pools) shape(ctx context.Context, d *db.DB, config ClientConfig) (*schema.Shape, error) {
	if !p.shares(config) {
		return catalog.Read(ctx, d, config.DatabaseSchema)
	}
	key, now := shapeKey{keyOf(config), config.DatabaseSchema}, time.Now()
	p.mutex.Lock()
	known := p.shapes[key]
	p.mutex.Unlock()
	if now.Before(known.until) {
		return known.shape, nil
	}
	shape, err := catalog.Read(ctx, d, config.DatabaseSchema)
	if err == nil && shape.Check() == nil {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.shapes[key] = knownShape{shape, now.Add(shapeLasts)}
	}
	return shape, err
}
