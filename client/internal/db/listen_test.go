package db

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func openAt(t *testing.T, address string) *DB {
	t.Helper()
	d, err := Open(t.Context(), Config{URL: address, Schema: "dbos", Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(time.Minute) })
	return d
}

func notify(t *testing.T, address, channel, payload string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "SELECT pg_notify($1, $2)", channel, payload); err != nil {
		t.Fatal(err)
	}
}

// woken waits until a watch is woken; that it is not would hang.
func woken(t *testing.T, w *Watch) {
	t.Helper()
	select {
	case <-w.Woken():
	case <-t.Context().Done():
		t.Fatal("the watch was not woken")
	}
}

func asleep(t *testing.T, w *Watch) {
	t.Helper()
	select {
	case <-w.Woken():
		t.Error("a watch was woken by what it does not watch")
	default:
	}
}

func TestAWatchIsWokenByItsPayloadAlone(t *testing.T) {
	t.Parallel()
	address := pgtest.NewDatabase(t)
	d := openAt(t, address)
	watch := d.Watch(EventsChannel, "a::b::c")
	woken(t, watch) // the connection listens now
	others := []*Watch{d.Watch(EventsChannel, "a::b"), d.Watch(StreamsChannel, "a::b::c"), d.Watch(EventsChannel, "b::c")}
	notify(t, address, "unknown", "a::b::c")
	notify(t, address, EventsChannel, "a::b::c")
	woken(t, watch)
	notify(t, address, EventsChannel, "a::b::c")
	woken(t, watch)
	for _, other := range others {
		asleep(t, other)
	}
	stopped := d.Watch(EventsChannel, "a::b::c")
	stopped.Stop()
	notify(t, address, EventsChannel, "a::b::c")
	woken(t, watch)
	asleep(t, stopped)
}

// Everybody is woken after a loss, for what was notified meanwhile is lost.
func TestTheListenerComesBack(t *testing.T) {
	t.Parallel()
	address := pgtest.NewDatabase(t)
	proxy := pgproxy.New(t, address, pgproxy.Options{})
	d := openAt(t, proxy.URL())
	watch := d.Watch(StreamsChannel, "w::k")
	woken(t, watch)
	for range 3 {
		proxy.Cut()
		woken(t, watch)
		notify(t, address, StreamsChannel, "w::k")
		woken(t, watch)
	}
}

func TestTheListenerOutlivesARestart(t *testing.T) {
	t.Parallel()
	server, err := pgtest.Start(pgtest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	d := openAt(t, server.URL("postgres"))
	watch := d.Watch(EventsChannel, "w::k")
	woken(t, watch)
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	woken(t, watch)
	notify(t, server.URL("postgres"), EventsChannel, "w::k")
	woken(t, watch)
}

func TestNothingListensUntilSomebodyWatches(t *testing.T) {
	t.Parallel()
	proxy := pgproxy.New(t, pgtest.NewDatabase(t), pgproxy.Options{})
	d := openAt(t, proxy.URL())
	ping(t, d)
	if n := proxy.Connections(); n != 1 {
		t.Errorf("%d connections before the first watch", n)
	}
	woken(t, d.Watch(EventsChannel, "w::k"))
	if n := proxy.Connections(); n != 2 {
		t.Errorf("%d connections with a watch", n)
	}
}

func ping(t *testing.T, d *DB) {
	t.Helper()
	err := d.Once(t.Context(), func(b *Batch) { b.Raw("SELECT 1", nil, func(Row) error { return nil }) })
	if err != nil {
		t.Fatal(err)
	}
}

// A server without notifications is asked once, and never again.
func TestARefusalIsForGood(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]pgproxy.Options{
		"CockroachDB": {Cockroach: true},
		"a pooler": {Intercept: func(r pgproxy.Request) pgproxy.Action {
			if r.Mentions("LISTEN") {
				return pgproxy.Refuse
			}
			return pgproxy.Pass
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openAt(t, pgproxy.New(t, pgtest.NewDatabase(t), options).URL())
			watch := d.Watch(EventsChannel, "w::k")
			d.listener.ended.Wait()
			again := d.Watch(EventsChannel, "w::k")
			d.listener.ended.Wait()
			if !d.listener.refused {
				t.Error("the connectError is forgotten")
			}
			asleep(t, watch)
			asleep(t, again)
			ping(t, d)
			if got, want := d.Cockroach(), options.Cockroach; got != want {
				t.Errorf("CockroachDB: %v", got)
			}
		})
	}
}

// The listener works where the pool's one connection is in use, and as the pool's owner connects.
func TestTheListenerNeedsNoConnectionOfThePool(t *testing.T) {
	t.Parallel()
	address := pgtest.NewDatabase(t)
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 1
	connects := make(chan struct{}, 10)
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		connects <- struct{}{}
		return nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	only, err := pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Config{Pool: pool, Schema: "dbos", Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	woken(t, d.Watch(EventsChannel, "w::k"))
	if len(connects) != 2 {
		t.Errorf("%d connections were made as the owner says", len(connects))
	}
	only.Release()
	d.Close(time.Minute)
}

func TestCloseEndsTheListener(t *testing.T) {
	t.Parallel()
	d := openAt(t, pgtest.NewDatabase(t))
	woken(t, d.Watch(EventsChannel, "w::k"))
	d.Close(time.Minute)
	d.Close(time.Minute)
	select {
	case <-d.Done():
	default:
		t.Error("the database is not done")
	}
	if d.listener.running {
		t.Error("the listener runs")
	}
	asleep(t, d.Watch(EventsChannel, "w::k"))
}

func TestAWatchOnSQLiteSleeps(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), Config{URL: "sqlite::memory:", Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	watch := d.Watch(EventsChannel, "w::k")
	asleep(t, watch)
	watch.Stop()
	d.Close(0)
}

func TestWatchesBeginWhileTheDatabaseIsClosed(t *testing.T) {
	t.Parallel()
	d := openAt(t, pgtest.NewDatabase(t))
	var watching sync.WaitGroup
	for range 8 {
		watching.Go(func() {
			for range 100 {
				d.Watch(EventsChannel, "w::k").Stop()
			}
		})
	}
	d.Close(time.Minute)
	watching.Wait()
	if d.listener.running {
		t.Error("the listener runs")
	}
}
