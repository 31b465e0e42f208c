package plans

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/dbos-script/dbos-script/client"
)

// A statement is the text and the arguments of a statement that was sent.
type statement struct {
	sql  string
	args []any
}

// A recorder records the prepared statements on the connections of a pool. Statements that are not
// prepared read the catalog, and are left out.
type recorder struct {
	mutex sync.Mutex
	lists [][]statement // a list holds the statements that were sent together
}

// TraceBatchStart notes a list of statements.
func (r *recorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	var list []statement
	for _, q := range data.Batch.QueuedQueries {
		list = append(list, statement{q.SQL, q.Arguments})
	}
	r.note(list)
	return ctx
}

func (r *recorder) note(list []statement) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.lists = append(r.lists, list)
}

// TraceBatchQuery does nothing. A tracer of pgx must have it.
func (r *recorder) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd does nothing.
func (r *recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// TraceQueryStart notes a statement that is sent alone.
func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if len(data.Args) > 0 { // pgx takes options before the arguments
		if _, unprepared := data.Args[0].(pgx.QueryExecMode); unprepared {
			return ctx
		}
	}
	r.note([]statement{{data.SQL, data.Args}})
	return ctx
}

// TraceQueryEnd does nothing.
func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// take returns the statements recorded since the last call.
func (r *recorder) take() [][]statement {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	lists := r.lists
	r.lists = nil
	return lists
}

// A recordedClient is a client whose statements are recorded.
type recordedClient struct {
	client.Client
	*recorder
}

// openRecorded opens a client whose statements are recorded.
func openRecorded(ctx context.Context, url string) (*recordedClient, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	r := &recorder{}
	config.ConnConfig.Tracer = r
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	c, err := client.NewClient(ctx, client.ClientConfig{SystemDBPool: pool})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &recordedClient{c, r}, nil
}
