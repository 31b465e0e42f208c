package worker

import (
	"context"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

const selectMine = `SELECT ws.workflow_uuid, ws.owner_xid FROM {workflow_status} AS ws WHERE ws.status = 'PENDING' AND ws.executor_id = :executor`

// findStrays parks the workflows that the executor has claimed and does not know of,
// because the answer of a claim was lost for good. A run of such a workflow that is in
// memory still has lost it.
func (x *Executor) findStrays(ctx context.Context) error {
	if !x.unsure {
		return nil
	}
	strays := map[string]string{}
	err := x.worker.Load().db.Read(ctx, func(b *db.Batch) {
		db.Map(b, &strays, selectMine, x.leaseArgs(), func(row db.Row) (id, token string, err error) {
			var owner db.Text
			err = row.Scan(&id, &owner)
			return id, owner.String, err
		})
	})
	if err != nil {
		return err
	}
	x.unsure = false
	for _, e := range x.parkStrays(strays) {
		e.kill()
	}
	return nil
}

// parkStrays parks the workflows that this executor does not have under their tokens, and returns
// the resting runs that it has under others. Active ones end at their next boundary.
func (x *Executor) parkStrays(tokens map[string]string) (rested []*execution) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	for id, token := range tokens {
		e, p := x.runs[id], x.parked.runs[id]
		switch {
		case e != nil && e.token == token, p != nil && p.token == token:
			continue
		case e != nil:
			delete(x.runs, id)
			e.lose(errCancelled(id))
			if x.resting[id] == e {
				delete(x.resting, id)
				rested = append(rested, e)
			}
		}
		x.parked.add(&parked{id: id, token: token, again: true})
	}
	return rested
}
