package run

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/bindings"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Connection opens the run's database if it is not open yet, and returns the connection.
func (r *Run) Connection(ctx context.Context) (*bindings.Connection, error) {
	return r.runDatabase(ctx)
}

// Client opens the run's database if it is not open yet, and returns its client, whose changes pass
// the gate of the run.
func (r *Run) Client(ctx context.Context) (client.Client, error) {
	connection, err := r.runDatabase(ctx)
	if err != nil {
		return nil, err
	}
	return connection.Client(ctx), nil
}

// ShowBulk returns what shows how far a bulk run is, on standard error: a bar on a terminal, and
// elsewhere a line now and then.
func (r *Run) ShowBulk(label string) *bindings.ShownBulk { return bindings.ShowBulk(label, r.progress) }

// Opened returns the connection to the run's database, nil if it was not opened.
func (r *Run) Opened() *bindings.Connection { return r.connection }

func (r *Run) openDatabase(ctx context.Context) (*bindings.Connection, error) {
	switch {
	case r.replays():
		return bindings.NewConnection(noClient{}), nil
	case r.config.Environment.Client != nil:
		return bindings.NewConnection(r.config.Environment.Client).With(r.files).Showing(r.progress), nil
	case r.config.Environment.Database != nil:
		return r.openEnvironment(ctx)
	}
	if r.config.Opening != nil {
		if err := r.config.Opening(); err != nil {
			return nil, err
		}
	}
	connection, err := r.open(ctx, r.config.Database)
	r.connection = connection
	return connection, err
}

// connect opens the database that a call of dbos.connect names.
func (r *Run) connect(ctx context.Context, o bindings.ConnectOptions) (*bindings.Connection, error) {
	switch {
	case r.replays():
		return bindings.NewConnection(noClient{}), nil
	case r.config.Environment.Database != nil:
		return nil, errOnlyDatabase
	}
	config, err := r.foreignConfig(o)
	if err != nil {
		return nil, err
	}
	return r.openAnother(ctx, config)
}

func (r *Run) open(ctx context.Context, config client.ClientConfig) (*bindings.Connection, error) {
	c, err := r.openClient(ctx, config, false)
	if err != nil {
		return nil, err
	}
	return bindings.NewConnection(c).With(r.files).Showing(r.progress), nil
}

// openClient connects while the context of a call lasts; the client lasts as long as the run. other
// is true if the database is not that of the run.
func (r *Run) openClient(ctx context.Context, config client.ClientConfig, other bool) (client.Client, error) {
	config.Logger, config.Grace, config.Plans, config.Pools = r.logger, Grace, &r.planned, r.config.Pools
	if r.config.Neighbours != nil {
		config.Growing = declare.Reserve
	}
	config.Gate = r.guard.Gate(config.Shown(), other)
	c, err := client.NewClient(ctx, config)
	if err != nil {
		return nil, err
	}
	c = c.WithContext(r.ctx)
	r.addPasswords(config)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.clients = append(r.clients, c)
	return c, nil
}

// openAnother opens a database for dbos.connect.
func (r *Run) openAnother(ctx context.Context, config client.ClientConfig) (*bindings.Connection, error) {
	if err := r.countConnection(); err != nil {
		return nil, err
	}
	c, err := r.openClient(ctx, config, true)
	if err != nil {
		r.uncountConnection()
		return nil, err
	}
	return bindings.NewConnection(&another{Client: c, closed: sync.OnceFunc(func() { r.forget(c) })}).With(r.files).Showing(r.progress), nil
}

func (r *Run) countConnection() error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.others >= maxConnections {
		return &DeniedError{Err: fmt.Errorf("a run has at most %d connections of dbos.connect at a time: shut one down first", maxConnections)}
	}
	r.others++
	return nil
}

func (r *Run) uncountConnection() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.others--
}

// forget no longer closes a client at the end of the run, because the script has shut it down.
func (r *Run) forget(c client.Client) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.others--
	for i, opened := range r.clients {
		if opened == c {
			r.clients = append(r.clients[:i], r.clients[i+1:]...)
			return
		}
	}
}

// another is a client that calls a function when it is shut down.
type another struct {
	client.Client
	closed func()
}

func (a *another) Shutdown(timeout time.Duration) { _ = a.Close(timeout) }

// Close leaves the client to the end of the run if it is still in use.
func (a *another) Close(timeout time.Duration) error {
	err := a.Client.Close(timeout)
	if err == nil {
		a.closed()
	}
	return err
}

// openOnce returns a function that opens a connection once. A failure is not remembered: the next
// call tries again.
func openOnce(open func(context.Context) (*bindings.Connection, error)) func(context.Context) (*bindings.Connection, error) {
	var mutex sync.Mutex
	var opened *bindings.Connection
	return func(ctx context.Context) (*bindings.Connection, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if opened != nil {
			return opened, nil
		}
		connection, err := open(ctx)
		if err == nil {
			opened = connection
		}
		return connection, err
	}
}
