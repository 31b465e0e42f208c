package client

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A bulkSelection finds the workflows of a bulk run with one statement, and divides them into
// pages, one for each batch.
type bulkSelection struct {
	filter *ListWorkflowsOptions // nil if the workflows are ids
	ids    []string
	size   int
}

const (
	insertBulk = `
INSERT INTO {dbos_script_bulks} (bulk_id, verb, options, selection, limits, state, rate, total, pages, done, changed, unchanged, unknown, drifted,
	created_at, updated_at, created_by, holder, held_until)
SELECT CAST(:bulk AS TEXT), CAST(:verb AS TEXT), CAST(:options AS TEXT), CAST(:selection AS TEXT), NULLIF(CAST(:limits AS TEXT), ''), 'running', CAST(:rate AS BIGINT),
	CAST(SUM(p.size) AS BIGINT), COUNT(*), 0, 0, 0, 0, 0, CAST(:now AS BIGINT), CAST(:now AS BIGINT), CAST(:who AS TEXT), CAST(:holder AS TEXT),
	CAST(:until AS BIGINT)
FROM {dbos_script_bulk_pages} AS p WHERE p.bulk_id = CAST(:bulk AS TEXT) HAVING COUNT(*) > 0`

	// forgetOwnPages and forgetOwnBulk undo an attempt whose answer was lost.
	forgetOwnPages = `
DELETE FROM {dbos_script_bulk_pages} WHERE bulk_id = :bulk
	AND EXISTS (SELECT 1 FROM {dbos_script_bulks} AS own WHERE own.bulk_id = :bulk AND own.holder = :holder)`
	forgetOwnBulk = `DELETE FROM {dbos_script_bulks} WHERE bulk_id = :bulk AND holder = :holder`
)

// newBulkSelection checks the selection of an input, and gives a filter without a status the states
// of the verb.
func newBulkSelection(input BulkInput, verb bulkVerb) (*bulkSelection, error) {
	s := &bulkSelection{ids: unique(input.IDs), size: input.BatchSize}
	switch {
	case (input.Filter == nil) == (input.IDs == nil):
		return nil, invalid(opBulk, "either a filter or ids are needed")
	case s.size == 0:
		s.size = DefaultBulkBatch
	case s.size < 0 || s.size > MaxBulkBatch:
		return nil, invalid(opBulk, "batch_size is %d; it can be 1 to %d", s.size, MaxBulkBatch)
	}
	if input.RPS < 0 {
		return nil, invalid(opBulk, "rps is %d; it can be 1 or more", input.RPS)
	}
	if input.RPS > 0 {
		s.size = min(s.size, input.RPS) // a batch a second, so that the rate is even
	}
	if input.Filter == nil {
		return s, nil
	}
	o := *input.Filter
	o.LoadInput, o.LoadOutput, o.LoadProgress, o.PageSize = false, false, false, 0
	if len(conditionsOf(o)) == 0 {
		return nil, &Error{Code: InvalidOption, Op: opBulk, Message: "the filter is empty, so it would select every workflow",
			Hint: `name at least a state: {status = "ERROR"}`}
	}
	if o.Status == nil {
		o.Status = verb.states
	}
	s.filter = &o
	return s, nil
}

// conditionsOf returns the conditions of a filter by the names of its options. A list of empty
// texts is none.
func conditionsOf(o ListWorkflowsOptions) map[string]any {
	given := map[string]any{}
	options := reflect.ValueOf(o)
	for i := range options.NumField() {
		field, value := options.Type().Field(i), options.Field(i)
		if name := field.Tag.Get("json"); field.IsExported() && name != "-" && !value.IsZero() && !isBlank(value) {
			given[name] = value.Interface()
		}
	}
	for _, name := range []string{"limit", "offset", "sort_desc"} {
		delete(given, name)
	}
	return given
}

// isBlank returns true for a zero time of any place, and for a list of empty texts.
func isBlank(value reflect.Value) bool {
	if at, isTime := value.Interface().(time.Time); isTime {
		return at.IsZero()
	}
	if value.Kind() != reflect.Slice || value.Len() == 0 {
		return false
	}
	for i := range value.Len() {
		if value.Index(i).String() != "" {
			return false
		}
	}
	return true
}

// text describes the selection for people, as JSON. It returns InvalidOption if an attribute of the
// filter is no JSON.
func (s *bulkSelection) text() (string, error) {
	shown := map[string]any{"ids": len(s.ids)}
	if f := s.filter; f != nil {
		shown = conditionsOf(*f)
		if f.Limit != nil {
			shown["limit"] = *f.Limit
		}
		if f.Offset != nil {
			shown["offset"] = *f.Offset
		}
		if f.SortDesc {
			shown["sort_desc"] = true
		}
	}
	text, err := json.Marshal(shown)
	if err != nil {
		return "", invalid(opBulk, "the filter: %v", err)
	}
	return string(text), nil
}

// found returns a SELECT of the workflows, with their state and the time of their last change, and
// its arguments. An id without a workflow has neither.
func (s *bulkSelection) found(c *systemClient) (text string, args query.Args, err error) {
	if s.filter == nil {
		return `SELECT named.id AS id, COALESCE(ws.status, '') AS status, COALESCE(ws.updated_at, 0) AS updated, ws.created_at AS created
	FROM {rows named id:TEXT=:ids} LEFT JOIN {workflow_status} AS ws ON ws.workflow_uuid = named.id`, query.Args{"ids": s.ids}, nil
	}
	f, err := c.filter(opBulk, *s.filter)
	if err != nil {
		return "", nil, err
	}
	if f.Nothing {
		f.Add("ws.workflow_uuid IS NULL")
	}
	order := "ws.created_at, ws.workflow_uuid"
	if s.filter.SortDesc {
		order = "ws.created_at DESC, ws.workflow_uuid DESC"
	}
	text = `SELECT ws.workflow_uuid AS id, COALESCE(ws.status, '') AS status, COALESCE(ws.updated_at, 0) AS updated, ws.created_at AS created
	FROM {workflow_status} AS ws` + f.SQL()
	if limit, offset := s.filter.Limit, s.filter.Offset; limit != nil || offset != nil {
		most, skipped := int64(1)<<62, int64(0)
		if limit != nil {
			most = int64(*limit)
		}
		if offset != nil {
			skipped = int64(*offset)
		}
		f.Args["most"], f.Args["skipped"] = most, skipped
		text += "\n\tORDER BY " + order + " LIMIT :most OFFSET :skipped"
	}
	return text, f.Args, nil
}

// pages returns a SELECT of the pages: the number of their first workflow, from 0, their size, ids,
// states and times of the last change, the last three as JSON lists.
func (s *bulkSelection) pages(c *systemClient) (text string, args query.Args, err error) {
	found, args, err := s.found(c)
	if err != nil {
		return "", nil, err
	}
	args["size"] = int64(s.size)
	order := "found.created, found.id"
	if s.filter != nil && s.filter.SortDesc {
		order = "found.created DESC, found.id DESC"
	}
	list := "CAST(json_agg(chosen.%s) AS TEXT)"
	if c.db.Dialect() == query.SQLite {
		list = "json_group_array(chosen.%s)"
	}
	ids, states, updates := fmt.Sprintf(list, "id"), fmt.Sprintf(list, "status"), fmt.Sprintf(list, "updated")
	return `SELECT chosen.page AS page, COUNT(*) AS size, ` + ids + ` AS ids, ` + states + ` AS states, ` + updates + ` AS updates FROM (
	SELECT numbered.id AS id, numbered.status AS status, numbered.updated AS updated,
		numbered.n - numbered.n % CAST(:size AS BIGINT) AS page
	FROM (SELECT found.id AS id, found.status AS status, found.updated AS updated, ROW_NUMBER() OVER (ORDER BY ` + order + `) - 1 AS n
		FROM (` + found + `) AS found) AS numbered
	ORDER BY numbered.n) AS chosen GROUP BY chosen.page`, args, nil
}

// insert returns the statement that stores the pages.
func (s *bulkSelection) insert(c *systemClient) (text string, args query.Args, err error) {
	pages, args, err := s.pages(c)
	return `INSERT INTO {dbos_script_bulk_pages} (bulk_id, page, size, ids, states, updates)
SELECT CAST(:bulk AS TEXT), made.page, made.size, made.ids, made.states, made.updates FROM (` + pages + `) AS made`, args, err
}

// store makes the rows of a run, which the caller holds, in one transaction. Without workflows it
// makes none.
func (s *bulkSelection) store(c *systemClient, run *Bulk) error {
	insert, args, err := s.insert(c)
	if err != nil {
		return err
	}
	args["bulk"], args["verb"], args["options"], args["selection"] = run.ID, run.Verb, run.Options, run.Selection
	args["limits"], args["rate"], args["now"], args["who"] = run.Limits, run.RPS, run.CreatedAt.UnixMilli(), run.CreatedBy
	args["holder"], args["until"] = run.Holder, run.HeldUntil.UnixMilli()
	err = c.recordBulk(c.ctx, func(b *db.Batch) {
		run.Total = 0 // an attempt before this one may have counted
		if b.Attempt().AnswerLost {
			b.Exec(forgetOwnPages, args, nil)
			b.Exec(forgetOwnBulk, args, nil)
		}
		b.Exec(insert, args, nil)
		b.Exec(insertBulk, args, nil)
		b.Query(selectBulkTotal, args, func(row db.Row) error { return row.Scan(&run.Total) })
	})
	return failure(opBulk, err)
}

const selectBulkTotal = `SELECT run.total FROM {dbos_script_bulks} AS run WHERE run.bulk_id = :bulk`

// read returns the pages of a run that is not stored.
func (s *bulkSelection) read(c *systemClient) (pages []*bulkPage, err error) {
	text, args, err := s.pages(c)
	if err != nil {
		return nil, err
	}
	err = c.read(opBulk, func(b *db.Batch) {
		db.Collect(b, &pages, text+" ORDER BY page", args, func(row db.Row) (*bulkPage, error) {
			var size int64
			return scanBulkPage(row, &size)
		})
	})
	return pages, err
}

// newBulkID returns the id of a run that has none of its own.
func newBulkID() string { return "bulk-" + uuid.NewString() }
