package raw

import (
	"context"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/bench/task"
)

// cancelledIDs finds the task's cancelled workflows by the beginning of their ids. It is a range,
// because an index serves that, and in order, because batches of neighbours cost less.
const cancelledIDs = `
SELECT workflow_uuid FROM {workflow_status} WHERE workflow_uuid > $1 AND workflow_uuid < $2 AND status = 'CANCELLED' ORDER BY workflow_uuid`

// bulk reads the ids of the task's workflows, and resumes them in batches, each of which is a
// statement and a transaction.
func (p program) bulk(ctx context.Context) (task.Finding, error) {
	if _, err := p.resumeSome(ctx, p.task.Spare()); err != nil {
		return task.Finding{}, err
	}
	return p.finding(func() (changed int, err error) {
		ids, err := p.cancelled(ctx)
		for part := range slices.Chunk(ids, p.task.Page) {
			if err != nil {
				break
			}
			var done int
			done, err = p.resumeSome(ctx, part)
			changed += done
		}
		return changed, err
	})
}

func (p program) resumeSome(ctx context.Context, ids []string) (int, error) {
	changed, err := p.changed(ctx, statement{sql: fmt.Sprintf(resume, "{ids}"), args: []any{now()}, set: [][]string{ids}})
	return int(changed), err
}

// cancelled returns the ids of the task's workflows, as far as they are cancelled.
func (p program) cancelled(ctx context.Context) (ids []string, err error) {
	s := statement{sql: cancelledIDs, args: []any{p.task.Prefix + "-", p.task.Prefix + "."}}
	err = p.rows(ctx, s, func(scan func(...any) error) error {
		var id string
		if err := scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	})
	return ids, err
}
