package client

import (
	"context"
	"database/sql"
	"iter"
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

// A Client works on one system database. It is safe for concurrent use. Its methods run under the
// context the client was made with; WithContext gives one whose calls run under another.
type Client interface {
	Enqueue(queueName, workflowName string, input any, opts ...EnqueueOption) (WorkflowHandle[any], error)
	ListWorkflows(opts ...ListWorkflowsOption) ([]WorkflowStatus, error)
	Send(destinationID string, message any, topic string) error
	GetEvent(targetWorkflowID, key string, timeout time.Duration) (any, error)
	RetrieveWorkflow(workflowID string) (WorkflowHandle[any], error)
	CancelWorkflow(workflowID string) error
	CancelWorkflows(workflowIDs []string) error
	SetWorkflowDelay(workflowID string, opts ...SetWorkflowDelayOption) error
	ResumeWorkflow(workflowID string, opts ...ResumeWorkflowOption) (WorkflowHandle[any], error)
	ResumeWorkflows(workflowIDs []string, opts ...ResumeWorkflowOption) ([]WorkflowHandle[any], error)
	ForkWorkflow(input ForkWorkflowInput) (WorkflowHandle[any], error)
	ListApplicationVersions() ([]VersionInfo, error)
	GetLatestApplicationVersion() (*VersionInfo, error)
	SetLatestApplicationVersion(versionName string) error
	GetWorkflowSteps(workflowID string) ([]StepInfo, error)
	ClientReadStream(workflowID string, key string) ([]any, bool, error)
	ClientReadStreamAsync(workflowID string, key string) (<-chan StreamValue[any], error)
	CreateSchedule(input ClientScheduleInput) error
	ApplySchedules(schedules []ClientScheduleInput) error
	GetSchedule(scheduleName string) (*WorkflowSchedule, error)
	ListSchedules(opts ...ListSchedulesOption) ([]WorkflowSchedule, error)
	PauseSchedule(scheduleName string) error
	ResumeSchedule(scheduleName string) error
	DeleteSchedule(scheduleName string) error
	BackfillSchedule(scheduleName string, start, end time.Time) ([]string, error)
	TriggerSchedule(scheduleName string) (WorkflowHandle[any], error)
	Shutdown(timeout time.Duration)

	// What follows goes beyond the Go SDK's client.

	WithContext(ctx context.Context) Client
	WithSDK(sdk SDK) Client
	Handle(workflowID string) WorkflowHandle[any]
	Info() (*Info, error)
	QueueNames() ([]string, error)
	Workflows(opts ...ListWorkflowsOption) iter.Seq2[WorkflowStatus, error]
	ListWorkflowSteps(workflowID string, opts ...ListStepsOption) ([]StepInfo, error)
	EnqueueMany(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) ([]WorkflowHandle[any], error)
	ForkWorkflows(inputs []ForkWorkflowInput) ([]WorkflowHandle[any], error)
	DeleteWorkflows(workflowIDs []string, opts ...DeleteWorkflowsOption) error
	RerunWorkflows(workflowIDs []string, opts ...RerunOption) (*Report, error)
	CancelAll(workflowIDs []string) (*Report, error)
	ResumeAll(workflowIDs []string, opts ...ResumeWorkflowOption) (*Report, error)
	DelayAll(workflowIDs []string, opts ...SetWorkflowDelayOption) (*Report, error)
	DeleteAll(workflowIDs []string, opts ...DeleteWorkflowsOption) (*Report, error)
	ForkAll(inputs []ForkWorkflowInput) (*Report, error)
	EnqueueAll(queueName, workflowName string, inputs []any, opts ...EnqueueManyOption) (*Report, error)
	RemoveSchedule(scheduleName string) error
	SendMany(messages []Message) error
	ReadStream(workflowID, key string, opts ...ReadStreamOption) ([]any, bool, error)
	Stream(workflowID, key string, opts ...ReadStreamOption) iter.Seq2[any, error]
	Wait(workflowIDs []string, opts ...WaitOption) ([]Outcome, error)
	PlanBackfill(scheduleName string, start, end time.Time) ([]BackfillTick, error)
	Debounce(workflowName, key string, delay time.Duration, input any, debouncer DebouncerOptions, opts ...WorkflowOption) (WorkflowHandle[any], error)
}

// ClientConfig says which system database to work on. Exactly one of DatabaseURL, SystemDBPool
// and SqliteSystemDB is needed; a pool or a handle comes before a URL, and not both can be given.
type ClientConfig struct {
	// DatabaseURL is postgres://…, postgresql://…, a libpq keyword string, or sqlite:PATH
	// (relative, absolute, sqlite:///absolute, sqlite::memory:, sqlite:file:…?mode=ro), or the path of
	// an SQLite file that exists. What SQLAlchemy takes works too: postgresql+psycopg://…, sqlite:////absolute.
	DatabaseURL string
	// Foreign says that DatabaseURL was written by somebody who is not trusted, such as a script. It
	// must be complete then: the environment and the user's files (PGPASSWORD, ~/.pgpass, services,
	// certificates) add nothing to it, and it has few parameters.
	Foreign bool
	// SystemDBPool is a pool of the caller's. Shutdown closes it.
	SystemDBPool *pgxpool.Pool
	// SqliteSystemDB is an SQLite handle of the caller's. Shutdown closes it.
	SqliteSystemDB *sql.DB
	// DatabaseSchema is the schema of the tables, "dbos" when empty; SQLite has none.
	DatabaseSchema string
	// Logger receives retries and the like. Nil means slog.Default().
	Logger *slog.Logger

	// ReadOnly makes the database's own sessions refuse to write, and every method that would
	// change something fail with ReadOnly before it asks the database.
	ReadOnly bool
	// Create makes an empty database into a system database. Without it nothing is ever created.
	Create bool
	// PollInterval is how often a wait looks again; a second when zero.
	PollInterval time.Duration
	// SDK is the language of the SDK that the applications of this database are written with. If it is empty, the rows
	// that they wrote show it, and what depends on it fails with Unsupported while there are none.
	SDK SDK
	// Strict makes an enqueue onto a queue, name, class or version that the database has never seen
	// an error, instead of a warning in the log.
	Strict bool
	// Clock gives the time that is written; time.Now when nil.
	Clock func() time.Time
	// Idle lets time pass where Clock does not move by itself, as in a simulation: a wait calls it instead of pausing,
	// and goes by Clock for its timeout. It returns once another look may find something new, and at the latest when
	// Clock stands at until, which is zero for a wait without an end; its error ends the wait. Nil pauses in real time.
	Idle func(ctx context.Context, until time.Time) error

	// Gate is asked before every change; nil lets all of them pass.
	Gate Gate
	// DryRun looks at every change in place of carrying it out: what would make it fail makes it
	// fail, and its result is as far as can be told what it would be. The database's own sessions
	// refuse to write. What follows sees a workflow as the change would have left it, and does not
	// wait for one: its result is nil.
	DryRun bool
	// Grace is how long statements that change something may go on when their context has ended, so
	// that it is known what became of them. Zero ends them at once.
	Grace time.Duration
}

// systemClient is the Client of one database, under one context.
type systemClient struct {
	*session
	ctx context.Context
	sdk SDK // what WithSDK states; "" if nothing
}

// session is what all copies of a client share.
type session struct {
	db     *db.DB
	config ClientConfig
	shape  *schema.Shape
	// created says that this client has made the system database.
	created bool
	stamps  stamps
	// targets are those of enqueues that were looked up (target → whether nothing is wrong with it).
	targets sync.Map
	// observed is the evidence of which SDKs the applications are written with; nil before it is first needed.
	observed atomic.Pointer[datedEvidence]
	// stated are the SDKs that calls have named (workflow → SDK).
	stated sync.Map
	// late gives changes the time that Grace says.
	late late
	// rehearsal is what a dry run has changed; nil without DryRun.
	rehearsal *rehearsal
}

// NewClient connects to a system database. ctx ends all calls of the client. It fails with
// Initialization when the configuration is wrong or the database is no system database, and with
// Unavailable when the database cannot be reached; then nothing is left open.
func NewClient(ctx context.Context, config ClientConfig) (Client, error) {
	config = withDefaults(config)
	s, err := connect(ctx, config)
	if err != nil {
		return nil, err
	}
	return &systemClient{session: s, ctx: ctx}, nil
}

func withDefaults(config ClientConfig) ClientConfig {
	if config.DatabaseSchema == "" {
		config.DatabaseSchema = "dbos"
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

// WithContext gives a client of the same database whose calls run under ctx.
func (c *systemClient) WithContext(ctx context.Context) Client {
	return &systemClient{session: c.session, ctx: ctx, sdk: c.sdk}
}

// WithSDK returns a client of the same database whose calls take the applications to be written with an SDK. "" leaves
// that to ClientConfig.SDK, and without it to the rows of the database.
func (c *systemClient) WithSDK(sdk SDK) Client {
	return &systemClient{session: c.session, ctx: c.ctx, sdk: sdk}
}

// Shutdown closes the connections, those of a pool or handle of the caller's too, and waits for
// calls under way until the timeout. Calls after it fail with Closed; a second one is harmless.
func (c *systemClient) Shutdown(timeout time.Duration) { c.db.Close(timeout) }

// now is the one timestamp of an operation, in Unix milliseconds.
func (c *systemClient) now() int64 { return c.config.Clock().UnixMilli() }

// read carries out the statements of an operation that only looks.
func (c *systemClient) read(op string, plan db.Plan) error {
	return failure(op, c.db.Read(c.ctx, plan))
}

// noArgs is a list of arguments for a statement without parameters.
var noArgs = query.Args{}

// Redact returns what may be shown of a database URL: user, host, port and database of a server, the
// path of a file. It is made from the parts of the URL. Of one that cannot be taken apart it shows nothing.
func Redact(url string) string { return ClientConfig{DatabaseURL: url}.Shown() }

// Shown is what may be shown of the database, as Redact has it.
func (c ClientConfig) Shown() string { return db.Show(c.DatabaseURL, c.source()) }

func (c ClientConfig) source() address.Source {
	if c.Foreign {
		return address.Script
	}
	return address.Operator
}

// A Place is where a database is. Places of the same database and user are equal.
type Place = db.Place

// Place says where the database of DatabaseURL is, with links resolved and without asking it. Its
// error is an *Error of kind Initialization.
func (c ClientConfig) Place() (Place, error) {
	place, err := db.PlaceOf(c.DatabaseURL, c.source())
	if err != nil {
		return Place{}, initialization(err)
	}
	return place, nil
}
