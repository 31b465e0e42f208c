package client

import (
	"context"
	"iter"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/poll"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// selectStreamState runs before selectStreamPage in every read, because a workflow writes nothing
// after its end: if the state is final, no value can come after the page.
const (
	selectStreamState = `SELECT status FROM {workflow_status} WHERE workflow_uuid = :id`

	selectStreamPage = `
SELECT "offset", value, serialization FROM {streams}
WHERE workflow_uuid = :id AND key = :key AND "offset" >= :next
ORDER BY "offset" LIMIT :page`
)

// Pages begin small, because most streams are short, and grow up to about a megabyte, because each
// page of a long one takes two round trips. Their growth is bounded, because values may become
// longer.
const (
	firstStreamPage    = 500
	shortestStreamPage = 50
	longestStreamPage  = 5000
	streamPageBytes    = 1 << 20
	streamPageGrowth   = 4
)

// A StreamValue is a value of a stream, or its end. At the end either Closed or Err is set, and
// there is no value.
type StreamValue[R any] struct {
	Value  R     // the value, if Closed is false and Err is nil
	Err    error // the error that ended the stream
	Closed bool  // true at the end, if it came without an error
}

// ReadStreamOptions are the options of ReadStream and Stream.
type ReadStreamOptions struct {
	FromOffset int  `json:"from_offset" doc:"The number of values to leave out at the start of the stream." min:"0"`
	Snapshot   bool `json:"snapshot" doc:"Reads the values that exist now, and does not wait for more."`

	// Lazy leaves values as codec.Encoded, for the caller to decode.
	Lazy bool `json:"-"`
}

// A ReadStreamOption sets one of the ReadStreamOptions.
type ReadStreamOption func(*ReadStreamOptions)

// WithReadStreamOptions sets all options at once.
func WithReadStreamOptions(options ReadStreamOptions) ReadStreamOption {
	return func(o *ReadStreamOptions) { *o = options }
}

// WithReadStreamSnapshot returns the values that are there, and does not wait for more.
func WithReadStreamSnapshot() ReadStreamOption {
	return func(o *ReadStreamOptions) { o.Snapshot = true }
}

// WithReadStreamFromOffset skips the first offset values of the stream.
func WithReadStreamFromOffset(offset int) ReadStreamOption {
	return func(o *ReadStreamOptions) { o.FromOffset = offset }
}

func (c *systemClient) ClientReadStream(workflowID string, key string) ([]any, bool, error) {
	return c.ReadStream(workflowID, key)
}

func (c *systemClient) ReadStream(workflowID, key string, opts ...ReadStreamOption) ([]any, bool, error) {
	values := []any{}
	closed, err := c.view.follow(workflowID, key, apply(opts), func(value any) bool {
		values = append(values, value)
		return true
	})
	if err != nil {
		return nil, false, err
	}
	return values, closed, nil
}

func (c *systemClient) Stream(workflowID, key string, opts ...ReadStreamOption) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		_, err := c.view.follow(workflowID, key, apply(opts), func(value any) bool { return yield(value, nil) })
		if err != nil {
			yield(nil, err)
		}
	}
}

func (c *systemClient) ClientReadStreamAsync(workflowID string, key string) (<-chan StreamValue[any], error) {
	if workflowID == "" {
		return nil, invalid(readingStream, "the workflow id is empty")
	}
	items := make(chan StreamValue[any], 1)
	go c.produce(workflowID, key, items)
	return items, nil
}

// produce sends the values of a stream, and its end, to items.
func (c *systemClient) produce(workflowID, key string, items chan<- StreamValue[any]) {
	defer close(items)
	closed, err := c.view.follow(workflowID, key, ReadStreamOptions{}, func(value any) bool {
		return c.pass(items, StreamValue[any]{Value: value})
	})
	if err == nil && !closed {
		err = failure(readingStream, c.stopped())
	}
	last := StreamValue[any]{Err: err, Closed: err == nil}
	if !c.pass(items, last) {
		// The client has been stopped. The reader may still be there, so it gets the error if the
		// channel has room; waiting for it could last forever.
		select {
		case items <- last:
		default:
		}
	}
}

// stopped returns why the client has been stopped: the error of its context, or of Shutdown.
func (c *systemClient) stopped() error {
	if c.ctx.Err() != nil {
		return db.Ended(c.ctx)
	}
	return db.ErrClosed
}

// pass sends an item to the reader of the channel. It returns false if the client's context ends,
// or Shutdown is called.
func (c *systemClient) pass(items chan<- StreamValue[any], item StreamValue[any]) bool {
	if c.ctx.Err() != nil {
		return false
	}
	select {
	case items <- item:
		return true
	case <-c.ctx.Done():
		return false
	case <-c.db.Done():
		return false
	}
}

const readingStream = "read stream"

// follow calls deliver with each value of a stream. It returns true at the end of the stream, and
// false if it stopped earlier: at an error, because deliver returned false, or after a snapshot.
func (c *systemClient) follow(workflowID, key string, o ReadStreamOptions, deliver func(any) bool) (closed bool, err error) {
	switch {
	case workflowID == "":
		return false, invalid(readingStream, "the workflow id is empty")
	case o.FromOffset < 0:
		return false, invalid(readingStream, "the offset %d is negative", o.FromOffset)
	}
	r := &streamReader{client: c, id: workflowID, key: key, next: int64(o.FromOffset), size: firstStreamPage, options: o, deliver: deliver}
	err = c.poller().Wait(c.ctx, poll.Condition{Read: r.read, Decide: r.decide, Watch: func() *db.Watch {
		return c.db.Watch(db.StreamsChannel, workflowID+"::"+key)
	}})
	return r.closed, failure(readingStream, err)
}

// A streamReader reads one stream page by page.
type streamReader struct {
	client  *systemClient
	id, key string
	next    int64 // the offset of the next value
	size    int   // most values of the next page
	options ReadStreamOptions
	deliver func(any) bool
	closed  bool

	answer streamAnswer        // of the last read
	ahead  <-chan streamAnswer // of a read in the background, nil if there is none
}

// A streamAnswer is the state of the workflow, and at most asked values after it.
type streamAnswer struct {
	asked int
	state db.Text
	page  []streamEntry
	err   error
}

type streamEntry struct {
	offset int64
	value  codec.Encoded
}

// read reads the state of the workflow and the next page of values. After a full page it begins to
// read the next one, which the database can do while this one is decoded.
func (r *streamReader) read(ctx context.Context) error {
	r.answer = r.take(ctx)
	page := r.answer.page
	if r.answer.err != nil || len(page) < r.answer.asked || codec.IsStreamClosed(page[len(page)-1].value.Text) {
		return r.answer.err
	}
	r.size = pageAfter(page)
	next, size, ahead := page[len(page)-1].offset+1, r.size, make(chan streamAnswer, 1)
	go func() { ahead <- r.client.streamPage(r.client.ctx, r.id, r.key, next, size) }()
	r.ahead = ahead
	return nil
}

// take returns the answer of the read in the background, or reads.
func (r *streamReader) take(ctx context.Context) streamAnswer {
	ahead := r.ahead
	if r.ahead = nil; ahead == nil {
		return r.client.streamPage(ctx, r.id, r.key, r.next, r.size)
	}
	select {
	case answer := <-ahead:
		return answer
	case <-ctx.Done():
		return streamAnswer{err: ctx.Err()}
	}
}

func (c *systemClient) streamPage(ctx context.Context, id, key string, next int64, size int) streamAnswer {
	answer := streamAnswer{asked: size}
	args := query.Args{"id": id, "key": key, "next": next, "page": int64(size)}
	answer.err = c.db.Read(ctx, func(b *db.Batch) {
		db.Scalar(b, &answer.state, selectStreamState, args)
		db.Collect(b, &answer.page, selectStreamPage, args, scanStreamEntry)
	})
	return answer
}

func scanStreamEntry(row db.Row) (streamEntry, error) {
	var offset db.Int
	var value, serialization db.Text
	err := row.Scan(&offset, &value, &serialization)
	return streamEntry{offset.Int64, encoded(value, serialization)}, err
}

// decide delivers the page that was read. It returns whether to stop, to read on at once, or to
// wait.
func (r *streamReader) decide() (poll.Result, error) {
	switch goOn := r.deliverPage(); {
	case !goOn:
		return poll.Done, nil
	case len(r.answer.page) == r.answer.asked:
		return poll.More, nil
	case !r.answer.state.Valid:
		return poll.None, noSuchWorkflow(readingStream, r.id)
	case final(r.answer.state.String):
		r.closed = true
		return poll.Done, nil
	case r.options.Snapshot:
		return poll.Done, nil
	case len(r.answer.page) > 0:
		return poll.Some, nil
	}
	return poll.None, nil
}

// pageAfter returns the size of the page after a full one, if its values are as long.
func pageAfter(page []streamEntry) int {
	bytes := 0
	for _, entry := range page {
		bytes += len(entry.value.Text)
	}
	fitting := streamPageBytes / max(bytes/len(page), 1)
	return min(max(fitting, shortestStreamPage), streamPageGrowth*len(page), longestStreamPage)
}

// deliverPage delivers the values of the page, without the mark that closes a stream. It returns
// false if that mark was read, or if deliver returned false.
func (r *streamReader) deliverPage() bool {
	for _, entry := range r.answer.page {
		if codec.IsStreamClosed(entry.value.Text) {
			r.closed = true
			return false
		}
		r.next = entry.offset + 1
		if !r.deliver(r.value(entry)) {
			return false
		}
	}
	return true
}

// value returns a value, decoded unless the stream is lazy.
func (r *streamReader) value(entry streamEntry) any {
	if r.options.Lazy {
		return entry.value
	}
	return entry.value.Decode()
}
