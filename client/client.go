package client

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client/internal/address"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// ClientConfig says which system database to use, and how. One of DatabaseURL, SystemDBPool and
// SqliteSystemDB is required; a pool or a handle takes precedence over a URL, and setting both a
// pool and a handle is an error.
type ClientConfig struct {
	// DatabaseURL is postgres://…, postgresql://…, a libpq keyword string, sqlite:PATH (relative,
	// absolute, sqlite:///absolute, sqlite::memory:, sqlite:file:…?mode=ro), or the path of an
	// SQLite file that exists. The forms of SQLAlchemy work too: postgresql+psycopg://…,
	// sqlite:////absolute.
	DatabaseURL string
	// Foreign is set if DatabaseURL comes from somebody who is not trusted, such as a script. The
	// URL must be complete then: the environment and the files of the user (PGPASSWORD, ~/.pgpass,
	// services, certificates) are not read, and only a few parameters are allowed.
	Foreign bool
	// SystemDBPool is a pool of the caller. Shutdown closes it.
	SystemDBPool *pgxpool.Pool
	// SqliteSystemDB is an SQLite handle of the caller. Shutdown closes it.
	SqliteSystemDB *sql.DB
	// DatabaseSchema is the Postgres schema of the tables, "dbos" if empty. SQLite has no schema.
	DatabaseSchema string
	// Logger receives warnings, such as an unknown queue, and retries. If nil, slog.Default is
	// used.
	Logger *slog.Logger

	// ReadOnly makes the sessions of the database refuse to write. Every method that changes
	// something returns ReadOnly before it sends a statement.
	ReadOnly bool
	// Create creates the tables if the database is empty, and the database if it does not exist.
	Create bool
	// SchemaVersion is the version of the tables that Create creates, 125 if zero. Version 107 is
	// for applications on SDKs from before the payload split, which cannot read a newer one. A
	// database that exists keeps its version.
	SchemaVersion int
	// CreateRuns creates the tables for durable runs beside the system database, where they do not
	// exist: on Postgres in a schema with the name of the other and "_script", in an SQLite file
	// with the prefix "dbos_script_". No SDK uses them.
	CreateRuns bool
	// PollInterval is the longest pause between two reads of a wait, one second if zero. Pauses are
	// shorter at first.
	PollInterval time.Duration
	// SDK is the language of the SDK that the applications are written with. If it is empty, the
	// rows that they wrote show it. While there are none, a method that depends on it returns
	// Unsupported.
	SDK SDK
	// AppName is the application that the client works for. It owns the workflows and schedules
	// that the client creates, and lists show its rows and rows without an owner. If it is empty,
	// the rows of the database show the owner of a new row, and lists show all.
	AppName string
	// Strict makes a queue, name, class or version that the database has never seen InvalidOption,
	// instead of a warning in the log.
	Strict bool
	// Clock returns the time that is written. If nil, time.Now is used.
	Clock func() time.Time
	// Idle replaces the pauses of waits if Clock does not move by itself, as in a simulation. A
	// wait calls it instead of pausing, and measures its timeout by Clock. It must return when
	// another read may find something new, and at the latest when Clock reaches until, which is
	// zero for a wait without a timeout. Its error ends the wait. If nil, waits pause in real time.
	Idle func(ctx context.Context, until time.Time) error

	// Growing is called as a list grows, with about how many bytes its rows have so far. Its error
	// ends the list. If nil, lists grow without a bound.
	Growing func(ctx context.Context, bytes int64) error

	// Pools are used by clients that share connections to a server. If nil, the client has a
	// pool of its own.
	Pools *Pools

	// Gate is called before every change. If nil, all changes are allowed.
	Gate Gate
	// DryRun makes each method that changes something only read. The method returns the error that
	// the change would return, or as far as possible its result; the sessions of the database
	// refuse to write. Later calls of the same client see workflows and schedules as the change
	// would have left them. A wait for such a workflow returns at once, with a nil result.
	DryRun bool
	// Plans holds the changes of dry runs. Clients with the same Plans see each other's. If nil, a
	// dry run sees only its own.
	Plans *SharedPlans
	// Grace is how much longer than its context a statement that changes something may run, so that
	// its outcome is known. Zero ends it with the context.
	Grace time.Duration
}

// systemClient implements Client under one context.
type systemClient struct {
	*session
	ctx context.Context
	sdk SDK // of WithSDK, or ""
	// view is the client that the methods read and change: this one, or the dry run around it.
	view view
}

// newLive returns a client without a dry run around it.
func newLive(s *session, ctx context.Context, sdk SDK) *systemClient {
	c := &systemClient{session: s, ctx: ctx, sdk: sdk}
	c.view = c
	return c
}

// session is the state that all clients of one NewClient share.
type session struct {
	db     *db.DB
	config ClientConfig
	shape  *schema.Shape
	// created and createdRuns are true if this client created the tables of DBOS, or the tables for
	// durable runs, and completedRuns if it added a column to the latter.
	created, createdRuns, completedRuns bool
	// stamps orders the messages to one destination.
	stamps stamps
	// owners holds the owners that the rows show (queuedName → *ownership).
	owners sync.Map
	// targets holds what calls named and checkTarget has checked (target → true if it has no
	// warning).
	targets sync.Map
	// slow holds the warning about a list that took long.
	slow slowNotice
	// debounced are the debounce keys, with their queues, that a group of this client had.
	debounced knownKeys
	// neighbourhood holds the applications that know no owners, nil until it is needed.
	neighbourhood atomic.Pointer[neighbourhood]
	// ordered is true if ids of workflows are in the order of their bytes, nil until it is needed.
	ordered atomic.Pointer[bool]
	// observed is the evidence of the SDKs of the applications, nil until it is needed.
	observed atomic.Pointer[datedEvidence]
	// stated holds the SDKs that calls have named (workflow → SDK).
	stated sync.Map
	// assumed holds the workflows whose SDK nothing shows and about which a warning was logged.
	assumed sync.Map
}

// NewClient connects to a system database and returns its client. If ctx ends, all calls of the
// client end. It returns Initialization if the configuration is wrong, or if the database is not a
// system database or lacks a column that every operation needs; and Unavailable if the database
// cannot be reached. After an error, all connections that it opened are closed.
func NewClient(ctx context.Context, config ClientConfig) (Client, error) {
	config = withDefaults(config)
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	live := newLive(s, ctx, "")
	if !config.DryRun {
		return live, nil
	}
	planned, err := config.Plans.of(ctx, s)
	if err != nil {
		s.abandon()
		return nil, err
	}
	return newDryRun(live, planned), nil
}

func withDefaults(config ClientConfig) ClientConfig {
	if config.DatabaseSchema == "" {
		config.DatabaseSchema = "dbos"
	}
	if config.SchemaVersion == 0 {
		config.SchemaVersion = schema.Version
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.PollInterval <= 0 {
		config.PollInterval = time.Second
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	return config
}

func (c *systemClient) WithContext(ctx context.Context) Client {
	return newLive(c.session, ctx, c.sdk)
}

func (c *systemClient) WithSDK(sdk SDK) Client {
	return newLive(c.session, c.ctx, sdk)
}

func (c *systemClient) Shutdown(timeout time.Duration) { _ = c.Close(timeout) }

func (c *systemClient) Close(timeout time.Duration) error {
	if c.db.Close(timeout) {
		return nil
	}
	return &Error{Code: Timeout, Op: "shutdown", Err: context.DeadlineExceeded,
		Message: fmt.Sprintf("calls are still under way after %v", timeout),
		Hint:    "they go on, and their connections close when they end; later calls fail"}
}

// Shutdown is Client.Close, in the form of the Go SDK. It does nothing if c is nil.
func Shutdown(c Client, timeout time.Duration) error {
	if c == nil {
		return nil
	}
	return c.Close(timeout)
}

// now returns the timestamp of an operation, in Unix milliseconds.
func (c *systemClient) now() int64 { return c.config.Clock().UnixMilli() }

// read runs the statements of an operation that changes nothing.
func (c *systemClient) read(op string, plan db.Plan) error {
	return failure(op, c.db.Read(c.ctx, plan))
}

// A lookup is a read that shares its round trip with others.
type lookup struct {
	plan db.Plan
	keep func() // keeps the answer
}

// lookUp carries out lookups in one round trip. Without one it does nothing.
func (c *systemClient) lookUp(op string, list ...lookup) error {
	if len(list) == 0 {
		return nil
	}
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		for _, l := range list {
			l.plan(b)
		}
	})
	for _, l := range list {
		if err == nil {
			l.keep()
		}
	}
	return err
}

// noArgs are the arguments of a statement without parameters.
var noArgs = query.Args{}

// SchemaVersions returns the versions that ClientConfig.SchemaVersion may have, the default first.
func SchemaVersions() []int { return schema.Versions() }

// Redact returns a database URL without secrets: user, host, port and database of a server, or the
// path of a file. If the URL cannot be parsed, the result contains no part of it.
func Redact(url string) string { return ClientConfig{DatabaseURL: url}.Shown() }

// Shown returns the database of the configuration without secrets, as Redact does.
func (c ClientConfig) Shown() string { return db.Show(c.DatabaseURL, c.source()) }

// Passwords returns the secrets of DatabaseURL by the names of their parameters: password, which
// may come from the environment or a file of passwords, and sslpassword. It does not connect. It
// returns none if the URL has none or cannot be parsed.
func (c ClientConfig) Passwords() map[string]string { return db.Passwords(c.DatabaseURL, c.source()) }

func (c ClientConfig) source() address.Source {
	if c.Foreign {
		return address.Script
	}
	return address.Operator
}

// A Place identifies a database and its user. Two places are == if their database and user are the
// same.
type Place = db.Place

// Place returns the place of DatabaseURL, with links resolved. It does not connect. It returns
// Initialization if the URL is wrong.
func (c ClientConfig) Place() (Place, error) {
	place, err := db.PlaceOf(c.DatabaseURL, c.source())
	if err != nil {
		return Place{}, initialization(err)
	}
	return place, nil
}
