package client

import (
	"encoding/json"
	"errors"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A bulkPage has the workflows of one batch as the selection saw them.
type bulkPage struct {
	number  int64 // of its first workflow in the run
	ids     []string
	states  []string
	updates []int64

	contended bool // a try has failed, so the next one locks the workflows

	drifted map[string]WorkflowStatusType // of workflows that are not as they were: their state, "" if there is none
	rest    []*bulkPage                   // the pages after it that the record of its outcomes makes
}

// head returns a page with so many of the workflows. The rest are further pages, each of which has
// twice as many as the one before, so that a page which is divided again and again is not written
// as a whole each time.
func (p *bulkPage) head(count int) *bulkPage {
	if count >= len(p.ids) {
		return p
	}
	head := p.part(0, count)
	for from, size := count, count; from < len(p.ids); from, size = from+size, 2*size {
		head.rest = append(head.rest, p.part(from, min(from+size, len(p.ids))))
	}
	return head
}

// part returns a page with some of the workflows.
func (p *bulkPage) part(from, to int) *bulkPage {
	return &bulkPage{number: p.number + int64(from), ids: p.ids[from:to], states: p.states[from:to], updates: p.updates[from:to]}
}

// lists adds the arguments that store the page.
func (p *bulkPage) lists(args query.Args) error {
	args["page"], args["size"] = p.number, int64(len(p.ids))
	for name, list := range map[string]any{"page_ids": p.ids, "page_states": p.states, "page_updates": p.updates} {
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		args[name] = string(text)
	}
	return nil
}

// A bulkOutcome is the record of a batch. Workflows that are not among Others have changed, and are
// in Status.
type bulkOutcome struct {
	Status WorkflowStatusType `json:"status,omitempty"`
	Others []ChangeResult     `json:"others,omitempty"`
}

// scanBulkPage scans a page. After its number comes another column.
func scanBulkPage(row db.Row, second any) (*bulkPage, error) {
	var p bulkPage
	var ids, states, updates string
	if err := row.Scan(&p.number, second, &ids, &states, &updates); err != nil {
		return nil, err
	}
	return &p, errors.Join(json.Unmarshal([]byte(ids), &p.ids), json.Unmarshal([]byte(states), &p.states), json.Unmarshal([]byte(updates), &p.updates))
}

const (
	// seenRows are the workflows of a batch as they were seen.
	seenRows = `{rows seen id:TEXT=:ids status:TEXT=:states updated:BIGINT=:updates}`

	// selectDrifted finds the workflows of a batch that are not as they were seen.
	selectDrifted = `
SELECT seen.id, COALESCE(ws.status, '') FROM ` + seenRows + ` LEFT JOIN {workflow_status} AS ws ON ws.workflow_uuid = seen.id
WHERE COALESCE(ws.status, '') <> seen.status OR COALESCE(ws.updated_at, 0) <> seen.updated`

	// selectAnyDrifted finds a row unless all workflows of a batch are as they were seen. It locks
	// none of them, because the transaction is Stable: it fails if somebody changes one before it
	// does. To lock them writes each row once more.
	selectAnyDrifted = `SELECT 1 WHERE (SELECT COUNT(*)` + fromUnchanged + `) < CAST(:count AS BIGINT)`

	// lockAnyDrifted also locks them in the order of their ids, so that nobody changes them before
	// the transaction ends.
	lockAnyDrifted = `
SELECT 1 WHERE (SELECT COUNT(*) FROM (SELECT ws.workflow_uuid` + fromUnchanged + ` ORDER BY ws.workflow_uuid {hold}) AS held) < CAST(:count AS BIGINT)`

	fromUnchanged = `
	FROM ` + seenRows + ` JOIN {workflow_status} AS ws ON ws.workflow_uuid = seen.id
	WHERE ws.status = seen.status AND COALESCE(ws.updated_at, 0) = seen.updated`
)

// errBulkDrifted is the error of a batch in which a workflow is not as it was seen.
var errBulkDrifted = errors.New("a workflow of the batch has changed since the selection")

// kept returns the ids of the workflows to change, and the arguments that say how they were seen.
func (p *bulkPage) kept() ([]string, query.Args) {
	var ids, states []string
	var updates []int64
	for i, id := range p.ids {
		if _, drifted := p.drifted[id]; drifted || p.states[i] == "" {
			continue
		}
		ids, states, updates = append(ids, id), append(states, p.states[i]), append(updates, p.updates[i])
	}
	return ids, query.Args{"ids": ids, "states": states, "updates": updates, "count": int64(len(ids))}
}

// findDrift reads which of the workflows are not as they were.
func (p *bulkPage) findDrift(c *systemClient) error {
	args := query.Args{"ids": p.ids, "states": p.states, "updates": p.updates}
	return c.read(opBulk, func(b *db.Batch) {
		b.Indexed()
		db.Map(b, &p.drifted, selectDrifted, args, func(row db.Row) (id string, status WorkflowStatusType, err error) {
			err = row.Scan(&id, (*string)(&status))
			return id, status, err
		})
	})
}

// results returns the outcome of each workflow, after the verb has changed the kept ones.
func (p *bulkPage) results(changed []ChangeResult) []ChangeResult {
	by := make(map[string]ChangeResult, len(changed))
	for _, result := range changed {
		by[result.ID] = result
	}
	results := make([]ChangeResult, len(p.ids))
	for i, id := range p.ids {
		status, drifted := p.drifted[id]
		result, known := by[id]
		switch {
		case known:
		case drifted && status == "":
			result = ChangeResult{ID: id, Outcome: OutcomeDrifted, Reason: "it was deleted since the selection, when it was " + p.states[i]}
		case drifted && string(status) == p.states[i]:
			result = ChangeResult{ID: id, Outcome: OutcomeDrifted, Status: status, Reason: "it has changed since the selection, and is " + p.states[i] + " again"}
		case drifted && p.states[i] == "":
			result = ChangeResult{ID: id, Outcome: OutcomeDrifted, Status: status, Reason: "it did not exist at the selection"}
		case drifted:
			result = ChangeResult{ID: id, Outcome: OutcomeDrifted, Status: status, Reason: "it was " + p.states[i] + " at the selection"}
		default:
			result = ChangeResult{ID: id, Outcome: OutcomeUnknown, Reason: noSuchWorkflowReason}
		}
		results[i] = result
	}
	return results
}

// newBulkOutcome makes the record of results.
func newBulkOutcome(results []ChangeResult) bulkOutcome {
	o := bulkOutcome{}
	for _, r := range results {
		if r.Outcome == OutcomeChanged {
			o.Status = r.Status
			break
		}
	}
	for _, r := range results {
		if r != (ChangeResult{ID: r.ID, Outcome: OutcomeChanged, Status: o.Status}) {
			o.Others = append(o.Others, r)
		}
	}
	return o
}

// of returns the outcomes of the workflows of a page.
func (o bulkOutcome) of(ids []string) []ChangeResult {
	others := make(map[string]ChangeResult, len(o.Others))
	for _, r := range o.Others {
		others[r.ID] = r
	}
	return column(ids, func(id string) ChangeResult {
		if r, found := others[id]; found {
			return r
		}
		return ChangeResult{ID: id, Outcome: OutcomeChanged, Status: o.Status}
	})
}
