package client

import (
	"iter"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

const (
	// defaultPageSize balances the memory of a page against the number of statements of a walk.
	defaultPageSize = 500
	// firstPageSize is the size of the first page if the others have the default size, because many
	// a walk ends early.
	firstPageSize = 100
	// keysAhead is the number of keys that a walk reads at a time if no index leads to the start of
	// a page, because thousands of rows have the same created_at or the index of a state has no
	// order. The database then sorts all rows, so a walk has it do that once for many pages.
	keysAhead = 10000
)

func (c *systemClient) Workflows(opts ...ListWorkflowsOption) iter.Seq2[WorkflowStatus, error] {
	return c.walk(apply(opts))
}

func (c *systemClient) walk(options ListWorkflowsOptions) iter.Seq2[WorkflowStatus, error] {
	return func(yield func(WorkflowStatus, error) bool) {
		w := newWalk(c, options)
		for !w.ended {
			page, err := w.page()
			if err != nil {
				yield(WorkflowStatus{}, err)
				return
			}
			for _, workflow := range page {
				if !yield(workflow, nil) {
					return
				}
			}
		}
	}
}

// A prefetchedPage is the result of reading the next page in the background.
type prefetchedPage struct {
	page []WorkflowStatus
	walk *walk // after the page
	err  error
}

// page returns the next page. After the first page it starts to read the page after it in the
// background, because a walk that has come so far usually goes on.
func (w *walk) page() ([]WorkflowStatus, error) {
	first := w.cursor == nil
	page, err := w.takePage()
	if first || err != nil || w.ended {
		return page, err
	}
	ahead, next := make(chan prefetchedPage, 1), *w
	go func() {
		page, err := next.next()
		ahead <- prefetchedPage{page, &next, err}
	}()
	w.ahead = ahead
	return page, nil
}

func (w *walk) takePage() ([]WorkflowStatus, error) {
	if w.ahead == nil {
		return w.next()
	}
	read := <-w.ahead
	*w = *read.walk
	w.ahead = nil
	return read.page, read.err
}

const walking = "walk workflows"

// A walk is the position of an iteration. It is in one of three states, by last and keys:
//
//   - At the start it reads the first page like a list, so a short walk takes one statement.
//   - Then, if created_at is the only condition, it reads each page with an index scan that starts
//     after the last row.
//   - Otherwise, or if a whole page has one created_at, it reads many keys at once, and the rows of
//     a page by their ids.
type walk struct {
	client   *systemClient
	options  ListWorkflowsOptions
	first    int // the size of the first page
	size     int // the size of the others
	left     int // rows up to the limit, negative if there is none
	cursor   *where.Cursor
	sameTime bool           // every row of the last page has the same created_at
	keys     []where.Cursor // read, and not yet used
	final    bool           // there are no keys after these
	ended    bool
	ahead    <-chan prefetchedPage // nil if no page is being read in the background
}

func newWalk(c *systemClient, o ListWorkflowsOptions) *walk {
	w := &walk{client: c, options: o, first: o.PageSize, size: o.PageSize, left: -1}
	if w.size <= 0 {
		w.first, w.size = firstPageSize, defaultPageSize
	}
	if o.Limit != nil {
		w.left = *o.Limit
	}
	return w
}

func (w *walk) next() ([]WorkflowStatus, error) {
	if w.cursor == nil {
		return w.firstPage()
	}
	if len(w.keys) == 0 && !w.final {
		f, err := w.client.filter(walking, w.options)
		switch {
		case err != nil:
			return nil, err
		case f.OnlyTimes() && !w.sameTime:
			return w.pageAfter(f)
		}
		if err := w.readKeys(f); err != nil {
			return nil, err
		}
	}
	return w.pageOfKeys()
}

// bounded returns rows, or the number of rows up to the limit if that is less.
func (w *walk) bounded(rows int) int {
	if w.left >= 0 {
		return min(rows, w.left)
	}
	return rows
}

func (w *walk) firstPage() ([]WorkflowStatus, error) {
	o, rows := w.options, w.first
	if o.Limit == nil || *o.Limit > rows {
		o.Limit = &rows
	}
	if err := w.client.countPrefixed(walking, &w.options); err != nil {
		return nil, err
	}
	o.fewPrefixed = w.options.fewPrefixed
	page, err := w.client.listCounted(walking, o)
	if err != nil {
		return nil, failure(walking, err)
	}
	w.advance(page, w.first)
	return page, nil
}

// pageAfter reads the rows after the last one by the index on created_at.
func (w *walk) pageAfter(f *where.Filter) ([]WorkflowStatus, error) {
	rows := w.bounded(w.size)
	f.After(*w.cursor, w.options.SortDesc)
	f.Args["limit"] = int64(rows)
	o := w.options
	o.Limit = &rows
	page, err := w.client.list(walking, selectPage(o, f)+"\nLIMIT :limit", f, o)
	if err != nil {
		return nil, err
	}
	w.advance(page, rows)
	return page, nil
}

// advance moves the cursor to the end of a page, which is the last one if it has fewer than rows.
func (w *walk) advance(page []WorkflowStatus, rows int) {
	w.count(len(page))
	if len(page) < rows {
		w.ended = true
		return
	}
	first, last := page[0], page[len(page)-1]
	w.cursor, w.sameTime = &where.Cursor{Created: last.CreatedAt.UnixMilli(), ID: last.ID}, first.CreatedAt.Equal(last.CreatedAt)
}

func (w *walk) count(given int) {
	if w.left >= 0 {
		w.left -= given
		w.ended = w.left <= 0
	}
}

func (w *walk) readKeys(f *where.Filter) error {
	f.After(*w.cursor, w.options.SortDesc)
	w.client.guessFew(f)
	rows := w.bounded(max(keysAhead, w.size))
	f.Args["limit"] = int64(rows)
	text := "SELECT ws.created_at, ws.workflow_uuid" + f.From(w.options.SortDesc, int64(rows)) + f.OrderBy(w.options.SortDesc) + "\nLIMIT :limit"
	err := w.client.read(walking, func(b *db.Batch) {
		f.Apply(b)
		db.Collect(b, &w.keys, text, f.Args, scanCursor)
	})
	w.final = len(w.keys) < rows
	w.sameTime = len(w.keys) > 0 && w.keys[0].Created == w.keys[len(w.keys)-1].Created
	return err
}

func scanCursor(row db.Row) (where.Cursor, error) {
	var created db.Int
	var k where.Cursor
	err := row.Scan(&created, &k.ID)
	k.Created = created.Int64
	return k, err
}

// pageOfKeys reads the rows of the next keys that still match.
func (w *walk) pageOfKeys() ([]WorkflowStatus, error) {
	keys := w.keys[:min(w.size, len(w.keys))]
	w.keys = w.keys[len(keys):]
	w.count(len(keys))
	if len(keys) == 0 {
		w.ended = true
		return nil, nil
	}
	w.cursor = &keys[len(keys)-1]
	f, err := w.client.filter(walking, w.options)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	f.WithIDs(ids)
	return w.client.list(walking, selectPage(w.options, f), f, w.options)
}

// selectPage returns the statement of a page. It joins the tables of the payloads, which is cheaper
// than the subqueries of a list; a list cannot, because rows beyond its limit would be joined too.
func selectPage(o ListWorkflowsOptions, f *where.Filter) string {
	if o.onlyIDs {
		return selected(o) + "\nFROM {workflow_status} AS ws" + f.SQL() + f.OrderBy(o.SortDesc)
	}
	columns, joins := "", ""
	if o.LoadInput {
		columns += `, {if workflow_input|COALESCE(i.inputs, ws.inputs)}{unless workflow_input|ws.inputs}`
		joins += `{if workflow_input| LEFT JOIN {workflow_input} AS i ON i.workflow_uuid = ws.workflow_uuid}`
	}
	if o.LoadOutput {
		columns += `, {if workflow_output|COALESCE(o.output, ws.output), COALESCE(o.error, ws.error)}{unless workflow_output|ws.output, ws.error}`
		joins += `{if workflow_output| LEFT JOIN {workflow_output} AS o ON o.workflow_uuid = ws.workflow_uuid}`
	}
	if o.LoadProgress {
		columns += ", " + progressOf
	}
	return selectWorkflows + columns + "\nFROM {workflow_status} AS ws" + joins + f.SQL() + f.OrderBy(o.SortDesc)
}
