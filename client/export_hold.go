package client

import (
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/rows"
)

// heldNames are the columns of workflow_status that an import sets in an unfinished workflow.
var heldNames = []string{"status", "delay_until_epoch_ms", "queue_name", "deduplication_id", "started_at_epoch_ms", "owner_xid", "is_debounced"}

// heldColumns are the places of heldNames, -1 for a column that the table lacks.
type heldColumns struct{ status, delay, queue, dedup, started, owner, debounced int }

func heldColumnsOf(t *rows.Table) heldColumns {
	place := func(i int) int { return slices.Index(t.Columns, heldNames[i]) }
	return heldColumns{place(0), place(1), place(2), place(3), place(4), place(5), place(6)}
}

// apply returns the row of an unfinished workflow as that of a held one, and nil for any other. One
// that was ENQUEUED or DELAYED is as HoldAll leaves it. One that was PENDING is recovered first, as
// RecoverAll does it: no executor of this database runs it, so its release puts it on its queue.
func (h heldColumns) apply(row []archive.Value) []archive.Value {
	status, delay := WorkflowStatusType(row[h.status].Bytes), row[h.delay].Int
	held := slices.Clone(row)
	switch status {
	case WorkflowStatusEnqueued, WorkflowStatusPending:
		held[h.delay] = archive.OfInt(heldWaiting + fittingDelay(delay))
	case WorkflowStatusDelayed:
		if delay >= heldWaiting { // the source held it
			return nil
		}
		held[h.delay] = archive.OfInt(heldDelayed + fittingDelay(delay))
	default:
		return nil
	}
	held[h.status] = archive.OfText(string(WorkflowStatusDelayed))
	held[h.owner] = archive.Value{}
	if status == WorkflowStatusPending {
		held[h.started] = archive.Value{}
	}
	if held[h.queue].Bytes == "" {
		held[h.queue], held[h.dedup] = archive.OfText(InternalQueueName), archive.Value{}
	}
	if h.debounced >= 0 && held[h.debounced].Int != 0 { // the next call of its debouncer would end the hold
		held[h.debounced], held[h.dedup] = archive.OfBool(false), archive.Value{}
	}
	return held
}

// fittingDelay returns a delay that fits between heldWaiting and heldDelayed.
func fittingDelay(delay int64) int64 { return min(max(delay, 0), longestDelay-1) }
