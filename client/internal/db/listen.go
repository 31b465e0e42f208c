package db

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Channels of the notifications that applications, and triggers of older schemas, send. The
// payload is the workflow's id, "::" and the key.
const (
	EventsChannel  = "dbos_workflow_events_channel"
	StreamsChannel = "dbos_streams_channel"
)

// signal is one payload on one channel. Ids and keys may hold "::" themselves, so the payload is
// compared as a whole and never taken apart.
type signal struct{ channel, payload string }

// A Watch is interest in one payload. It only shortens waits: on SQLite and CockroachDB it is
// never woken, elsewhere a notification can be lost, and not every writer sends one.
type Watch struct {
	wake     chan struct{}
	listener *listener
	signal   signal
}

// Watch registers interest. Later notifications wake the watcher, so read the database after the
// call.
func (d *DB) Watch(channel, payload string) *Watch {
	w := &Watch{wake: make(chan struct{}, 1), listener: d.listener, signal: signal{channel, payload}}
	w.listener.add(w)
	return w
}

// Woken receives when it is time to look again.
func (w *Watch) Woken() <-chan struct{} { return w.wake }

// Stop ends the interest.
func (w *Watch) Stop() { w.listener.remove(w) }

// listener holds a connection of its own, for one of the pool might be the only one there is. It
// opens it for the first watch, and opens it again after a loss as long as anybody watches. A nil
// listener does nothing.
type listener struct {
	dial   func(context.Context) (*pgx.Conn, error)
	logger *slog.Logger
	ctx    context.Context // ends with the database
	cancel context.CancelFunc
	ended  sync.WaitGroup

	mutex   sync.Mutex
	watches map[signal]map[*Watch]struct{}
	running bool
	refused bool // the server does not do LISTEN
}

var errRefused = errors.New("the server does not do LISTEN")

func newListener(dial func(context.Context) (*pgx.Conn, error), logger *slog.Logger) *listener {
	ctx, cancel := context.WithCancel(context.Background())
	return &listener{dial: dial, logger: logger, ctx: ctx, cancel: cancel, watches: map[signal]map[*Watch]struct{}{}}
}

func (l *listener) add(w *Watch) {
	if l == nil {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.watches[w.signal] == nil {
		l.watches[w.signal] = map[*Watch]struct{}{}
	}
	l.watches[w.signal][w] = struct{}{}
	if !l.running && !l.refused && l.ctx.Err() == nil {
		l.running = true
		l.ended.Go(l.run)
	}
}

func (l *listener) remove(w *Watch) {
	if l == nil {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	delete(l.watches[w.signal], w)
	if len(l.watches[w.signal]) == 0 {
		delete(l.watches, w.signal)
	}
}

func (l *listener) close() {
	if l == nil {
		return
	}
	l.mutex.Lock()
	l.cancel() // under the lock, so that no watch starts to listen behind it
	l.mutex.Unlock()
	l.ended.Wait()
}

// run listens until the database is closed, the server refuses, or the connection is lost while
// nobody watches.
func (l *listener) run() {
	const first, longest = 100 * time.Millisecond, 30 * time.Second
	for wait := first; ; wait = min(2*wait, longest) {
		heard, err := l.listen()
		if l.over(err) {
			return
		}
		if heard {
			wait = first
		}
		l.logger.Debug("listening again", "after", wait, "error", err)
		if sleep(l.ctx, nil, jitter(wait)) != nil {
			return
		}
	}
}

func (l *listener) over(err error) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.refused = errors.Is(err, errRefused)
	l.running = !l.refused && l.ctx.Err() == nil && len(l.watches) > 0
	return !l.running
}

// listen hands on notifications for as long as one connection lasts; heard says that it got as
// far as listening.
func (l *listener) listen() (heard bool, err error) {
	conn, err := l.dial(l.ctx)
	if err != nil {
		return false, err
	}
	defer hangUp(conn)
	if err := subscribe(l.ctx, conn); err != nil {
		return false, err
	}
	// Notifications before the connection listened are lost, so every watcher reads once more.
	l.wakeAll()
	for {
		notification, err := conn.WaitForNotification(l.ctx)
		if err != nil {
			return true, err
		}
		l.wake(signal{notification.Channel, notification.Payload})
	}
}

// subscribe does not ask CockroachDB, which has no notifications. A refusal, such as a standby's
// or a pooler's, is for good; a server that is going down has not refused.
func subscribe(ctx context.Context, conn *pgx.Conn) error {
	if isCockroach(conn) {
		return errRefused
	}
	if pooled, err := isPooled(ctx, conn); err != nil || pooled {
		return errors.Join(err, refusedIf(pooled))
	}
	_, err := conn.PgConn().Exec(ctx, "LISTEN "+EventsChannel+"; LISTEN "+StreamsChannel).ReadAll()
	var server *pgconn.PgError
	if errors.As(err, &server) && !transient(classify(ctx, err)) {
		return errors.Join(errRefused, err)
	}
	return err
}

// isPooled returns true if a pooler gives each transaction another session of the server, because
// then no notifications arrive. The process id of the handshake differs from the one of the
// session then.
func isPooled(ctx context.Context, conn *pgx.Conn) (bool, error) {
	results, err := conn.PgConn().Exec(ctx, "SELECT pg_backend_pid()").ReadAll()
	if err != nil {
		return false, err
	}
	return string(results[0].Rows[0][0]) != strconv.FormatUint(uint64(conn.PgConn().PID()), 10), nil
}

func refusedIf(refused bool) error {
	if refused {
		return errRefused
	}
	return nil
}

func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

func (l *listener) wake(s signal) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for w := range l.watches[s] {
		w.nudge()
	}
}

func (l *listener) wakeAll() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, group := range l.watches {
		for w := range group {
			w.nudge()
		}
	}
}

// nudge never blocks: a watch that is woken already will look after this too.
func (w *Watch) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// dial opens a connection as the pool would.
func (p *postgres) dial(ctx context.Context) (*pgx.Conn, error) {
	config := p.current().Config()
	if config.BeforeConnect != nil {
		if err := config.BeforeConnect(ctx, config.ConnConfig); err != nil {
			return nil, err
		}
	}
	return pgx.ConnectConfig(ctx, config.ConnConfig)
}
