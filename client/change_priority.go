package client

import (
	"fmt"
	"math"
	"strconv"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	newPriority = `
UPDATE {workflow_status} SET priority = CAST(:priority AS INTEGER), updated_at = :now`

	// ofWaiting is the condition of a statement that changes workflows that wait.
	ofWaiting = `status IN ('ENQUEUED', 'DELAYED')`

	setPriority     = newPriority + byIDs + ofWaiting + returningStandings
	setPriorityKept = newPriority + fromFormer + ofWaiting + endFormer + returningStandings + formerReturned
)

// opSetPriority is the operation as audit logs have it.
const opSetPriority = "set priority"

// waitingStates holds the states in which setPriority changes a workflow.
var waitingStates = []WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusDelayed}

func (c *systemClient) SetPriorityAll(workflowIDs []string, priority int) (*Report, error) {
	const op = opSetPriority
	switch {
	case priority < 0:
		return nil, invalid(op, "the priority %d is negative", priority)
	case priority > math.MaxInt32:
		return nil, invalid(op, "the priority %d is above 2147483647", priority)
	case len(workflowIDs) == 0:
		return &Report{Op: op}, nil
	}
	return c.steer(&steering{
		write: &write{Change: Change{Op: op, IDs: workflowIDs, Plural: true, To: strconv.Itoa(priority), bulk: asBulk{verb: "set_priority", options: BulkPriorityOptions{Priority: priority}}}}, keeps: true, states: true, text: setPriority, keeping: setPriorityKept,
		args: query.Args{"ids": workflowIDs, "priority": int64(priority), "now": c.now()}, why: notWaiting,
	})
}

func notWaiting(status WorkflowStatusType) string {
	return fmt.Sprintf("it is %s, and only ENQUEUED and DELAYED workflows wait", status)
}

// reportPriority sets the results of a change of priority in a dry run, and the priority.
func reportPriority(d *dryRun, p *preview) error {
	priority, _ := p.detail.(*steering).args["priority"].(int64)
	p.amend = func(w *WorkflowStatus) { w.Priority = int(priority) }
	return reportSteering(d, p)
}
