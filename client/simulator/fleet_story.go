package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A storyteller invents the fate of each order.
type storyteller struct {
	now    time.Time
	random *rand.Rand
}

// How long ago the payment provider went away, and came back.
const (
	outageBegan = 12 * time.Hour
	outageEnded = 7 * time.Hour
)

// A fate is a way for an order to go, with its weight.
type fate struct {
	weight int
	tell   func(s storyteller, o order, created time.Time) []Row
}

var (
	usualFates = []fate{
		{70, storyteller.delivered}, {4, storyteller.unavailable}, {6, storyteller.declined}, {6, storyteller.undeliverable},
		{3, storyteller.withdrawn}, {2, storyteller.lost}, {4, storyteller.forked},
	}
	outageFates = []fate{{45, storyteller.withdrawn}, {30, storyteller.lost}, {20, storyteller.timedOut}, {5, storyteller.delivered}}
	newestFates = []fate{{35, storyteller.waiting}, {35, storyteller.running}, {20, storyteller.preordered}, {10, storyteller.delivered}}
)

// order returns the workflows of an order that came in at a time.
func (s storyteller) order(number int, created time.Time) []Row {
	created = created.Add(time.Duration(s.random.IntN(500000)) * time.Microsecond).Truncate(time.Millisecond)
	fates := usualFates
	switch age := s.now.Sub(created); {
	case age < 90*time.Minute:
		fates = newestFates
	case age < outageBegan && age > outageEnded:
		fates = outageFates
	case age < 5*time.Hour && s.random.IntN(12) == 0:
		fates = newestFates[2:3]
	}
	return s.pick(fates).tell(s, orderNumber(number), created)
}

func (s storyteller) pick(fates []fate) fate {
	total := 0
	for _, f := range fates {
		total += f.weight
	}
	rest := s.random.IntN(total)
	for _, f := range fates {
		if rest < f.weight {
			return f
		}
		rest -= f.weight
	}
	return fates[0]
}

// delivered is an order that went well; its mail may still have failed.
func (s storyteller) delivered(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	s.orderSteps(&row, o, 6)
	s.ended(&row, client.WorkflowStatusSuccess)
	row.Output = o.shipped()
	return []Row{row, s.payment(o, row, client.WorkflowStatusSuccess), s.mail(o, row)}
}

// unavailable is an order that failed at its first step.
func (s storyteller) unavailable(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	s.failAt(&row, "reserve_stock", outOfStock(o))
	return []Row{row}
}

// declined is an order whose payment was refused.
func (s storyteller) declined(o order, created time.Time) []Row {
	return s.unpaid(o, created, "authorize_card", cardDeclined(o))
}

// timedOut is an order whose payment met the outage.
func (s storyteller) timedOut(o order, created time.Time) []Row {
	return s.unpaid(o, created, "capture_payment", worker.ErrMaxStepRetriesExceeded.Because("step %q failed 4 times, the last time with: %v", "capture_payment", gatewayTimeout()))
}

func (s storyteller) unpaid(o order, created time.Time, step string, failure error) []Row {
	row := s.orderRow(o, created)
	s.orderSteps(&row, o, 2)
	payment := s.paymentRow(o, row)
	if step == "capture_payment" {
		s.record(&payment, "authorize_card", o.authorization())
	}
	s.failAt(&payment, step, failure)
	s.failAt(&row, worker.GetResultStep, failure)
	row.Steps[2].ChildWorkflowID = payment.ID
	return []Row{row, payment}
}

// undeliverable is an order that was paid and could not be shipped.
func (s storyteller) undeliverable(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	s.orderSteps(&row, o, 4)
	s.failAt(&row, "ship_parcel", carrierDown())
	return []Row{row, s.payment(o, row, client.WorkflowStatusSuccess)}
}

// withdrawn is an order that was cancelled while it waited for its payment, which was too.
func (s storyteller) withdrawn(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	s.orderSteps(&row, o, 2)
	s.ended(&row, client.WorkflowStatusCancelled)
	return []Row{row, s.payment(o, row, client.WorkflowStatusCancelled)}
}

// lost is an order over which the executors died again and again, when it was paid already or
// while its payment was lost in the same way.
func (s storyteller) lost(o order, created time.Time) []Row {
	row, payment, done := s.orderRow(o, created), client.WorkflowStatusSuccess, 4
	if s.random.IntN(2) == 0 {
		payment, done = client.WorkflowStatusMaxRecoveryAttemptsExceeded, 2
	}
	s.orderSteps(&row, o, done)
	s.ended(&row, client.WorkflowStatusMaxRecoveryAttemptsExceeded)
	return []Row{row, s.payment(o, row, payment)}
}

// forked is an order that could not be shipped at first, and could when it was forked.
func (s storyteller) forked(o order, created time.Time) []Row {
	rows := s.undeliverable(o, created)
	rows[0].WasForkedFrom = true
	fork := s.orderRow(o, created.Add(25*time.Minute))
	fork.ID, fork.ForkedFrom, fork.QueueName = rows[0].ID+"-fork", rows[0].ID, client.InternalQueueName
	fork.Steps = append(fork.Steps, rows[0].Steps[:4]...)
	fork.Events = rows[0].Events
	s.record(&fork, "ship_parcel", o.parcel())
	s.child(&fork, "send_mail")
	s.ended(&fork, client.WorkflowStatusSuccess)
	fork.Output = o.shipped()
	return append(rows, fork, s.mail(o, fork))
}

// waiting is an order in line, some of them with a priority.
func (s storyteller) waiting(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	row.ExecutorID, row.ApplicationVersion = "", ""
	row.Priority = s.random.IntN(4)
	s.ended(&row, client.WorkflowStatusEnqueued)
	return []Row{row}
}

// running is an order that another executor works on, and waits for its payment.
func (s storyteller) running(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	row.ExecutorID = otherExecutor
	s.orderSteps(&row, o, 2)
	s.ended(&row, client.WorkflowStatusPending)
	payment := s.payment(o, row, client.WorkflowStatusPending)
	return []Row{row, payment}
}

// preordered is an order for an article that comes later.
func (s storyteller) preordered(o order, created time.Time) []Row {
	row := s.orderRow(o, created)
	row.ExecutorID, row.ApplicationVersion = "", ""
	row.Settle(client.WorkflowStatusDelayed, 0, s.now.Sub(created)+time.Duration(1+s.random.IntN(48))*time.Hour)
	return []Row{row}
}

// refunds are independent workflows of a class, with portable inputs.
func (s storyteller) refunds() []Row {
	var rows []Row
	states := []client.WorkflowStatusType{"SUCCESS", "SUCCESS", "ERROR", "SUCCESS", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}
	for i := range 24 {
		o := orderNumber(100000 + i*70)
		row := s.workflow("refund_payment", fmt.Sprintf("refund-%d", o.Number), s.now.Add(-time.Duration(i)*170*time.Minute-time.Hour))
		row.ClassName, row.QueueName, row.Input, row.Timeout = "Payments", paymentsQueue, o.refund(), 10*time.Minute
		s.record(&row, "look_up_payment", o.charge())
		if state := states[i%len(states)]; state == client.WorkflowStatusError {
			s.failAt(&row, "refund", gatewayTimeout())
		} else {
			if state == client.WorkflowStatusSuccess {
				s.record(&row, "refund", "refunded")
			}
			s.ended(&row, state)
		}
		rows = append(rows, row)
	}
	return rows
}

// reports returns the runs of a schedule. One of them has failed.
func (s storyteller) reports() []Row {
	var rows []Row
	midnight := s.now.UTC().Truncate(24 * time.Hour)
	for day := range 3 {
		tick := midnight.Add(-time.Duration(day) * 24 * time.Hour)
		row := s.workflow("daily_report", "sched-daily-report-"+tick.Format(time.RFC3339), tick)
		row.ScheduleName, row.QueueName = "daily-report", client.InternalQueueName
		row.Input = map[string]any{"scheduled_time": tick.Format(time.RFC3339)}
		s.record(&row, "collect_figures", map[string]any{"orders": 80, "revenue_cents": 412350})
		if day == 1 {
			s.failAt(&row, "upload_report", reportRefused())
		} else {
			s.record(&row, "upload_report", reportPlace)
			s.ended(&row, client.WorkflowStatusSuccess)
		}
		rows = append(rows, row)
	}
	return rows
}
