package simulator

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/worker"
)

// sinceRelease is how long the present version has been running.
const sinceRelease = 60 * time.Hour

// workflow is the row of a workflow that is about to run.
func (s storyteller) workflow(name, id string, created time.Time) Row {
	return Row{WorkflowStatus: client.WorkflowStatus{
		ID: id, Name: name, CreatedAt: created, ApplicationVersion: FleetVersion, ApplicationName: FleetApplication, ExecutorID: FleetExecutor,
	}}
}

func (s storyteller) orderRow(o order, created time.Time) Row {
	row := s.workflow("process_order", o.id(), created)
	row.QueueName, row.Input, row.Attributes, row.AuthenticatedUser = ordersQueue, o.input(), o.attributes(), o.Customer
	return row
}

// orderSteps records the first steps of an order, as processOrder takes them.
func (s storyteller) orderSteps(row *Row, o order, count int) {
	taken := []func(){
		func() { s.record(row, "reserve_stock", o.reservation()) },
		func() { s.child(row, "charge_payment") },
		func() {
			s.record(row, worker.GetResultStep, o.capture())
			row.Steps[2].ChildWorkflowID = row.ID + "-1"
		},
		func() {
			s.record(row, "DBOS.setEvent", nil)
			row.Events = []Event{{3, "status", "paid"}}
		},
		func() { s.record(row, "ship_parcel", o.parcel()) },
		func() { s.child(row, "send_mail") },
	}
	for _, take := range taken[:count] {
		take()
	}
}

// paymentRow is the child that an order starts at step 1.
func (s storyteller) paymentRow(o order, parent Row) Row {
	row := s.workflow("charge_payment", parent.ID+"-1", parent.CreatedAt.Add(usualWait+300*time.Millisecond))
	row.ExecutorID = parent.ExecutorID
	row.QueueName, row.Input, row.ParentWorkflowID = paymentsQueue, o.charge(), parent.ID
	return row
}

func (s storyteller) payment(o order, parent Row, state client.WorkflowStatusType) Row {
	row := s.paymentRow(o, parent)
	s.record(&row, "authorize_card", o.authorization())
	if state == client.WorkflowStatusSuccess {
		s.record(&row, "capture_payment", o.capture())
		row.Output = o.capture()
	}
	s.ended(&row, state)
	return row
}

// mail is the child that an order starts at step 5; a few did not arrive.
func (s storyteller) mail(o order, parent Row) Row {
	row := s.workflow("send_mail", parent.ID+"-5", parent.CreatedAt.Add(3*time.Second))
	row.QueueName, row.Input, row.ParentWorkflowID = mailsQueue, o.mail(), parent.ID
	s.record(&row, "render_template", o.mailText())
	if s.random.IntN(12) == 0 {
		s.failAt(&row, "deliver_mail", mailboxFull(o))
		return row
	}
	s.record(&row, "deliver_mail", "250 queued")
	s.ended(&row, client.WorkflowStatusSuccess)
	return row
}

// record adds a step that went well.
func (s storyteller) record(row *Row, name string, output any) {
	began := s.stepTime(row)
	row.Steps = append(row.Steps, client.StepInfo{StepID: len(row.Steps), StepName: name, Output: output,
		StartedAt: began, CompletedAt: began.Add(250 * time.Millisecond)})
}

// child adds the start of a child.
func (s storyteller) child(row *Row, name string) {
	row.Steps = append(row.Steps, client.StepInfo{StepID: len(row.Steps), StepName: name,
		ChildWorkflowID: fmt.Sprintf("%s-%d", row.ID, len(row.Steps)), StartedAt: s.stepTime(row)})
}

// failAt adds a step that failed, and ends the workflow with its error.
func (s storyteller) failAt(row *Row, name string, failure error) {
	began := s.stepTime(row)
	row.Steps = append(row.Steps, client.StepInfo{StepID: len(row.Steps), StepName: name, Error: failure,
		StartedAt: began, CompletedAt: began.Add(400 * time.Millisecond)})
	s.ended(row, client.WorkflowStatusError)
	row.Error = failure
}

func (s storyteller) stepTime(row *Row) time.Time {
	return row.CreatedAt.Add(usualWait + time.Duration(len(row.Steps))*300*time.Millisecond)
}

// ended sets the columns of an ended workflow. Dead letters took as long as their executors kept
// dying. The older version has only successes, because nothing would run a workflow that is
// resumed or forked there.
func (s storyteller) ended(row *Row, state client.WorkflowStatusType) {
	took := usualTime + time.Duration(s.random.IntN(1500))*time.Millisecond
	if state == client.WorkflowStatusMaxRecoveryAttemptsExceeded || state == client.WorkflowStatusCancelled {
		took = 40*time.Minute + time.Duration(s.random.IntN(1200))*time.Second
	}
	if state == client.WorkflowStatusSuccess && s.now.Sub(row.CreatedAt) > sinceRelease {
		row.ApplicationVersion = olderVersion
	}
	row.Settle(state, usualWait, took)
}
