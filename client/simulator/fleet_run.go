package simulator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
)

// RegisterFleet registers the workflows of the fleet with a worker. Most resumed or forked
// workflows succeed, and a few fail again. Their ids decide which.
func RegisterFleet(w *worker.Worker) {
	w.Register("process_order", processOrder, worker.RegisterOptions{})
	w.Register("charge_payment", chargePayment, worker.RegisterOptions{})
	w.Register("send_mail", sendMail, worker.RegisterOptions{})
	w.Register("refund_payment", refundPayment, worker.RegisterOptions{ClassName: "Payments"})
	w.Register("daily_report", dailyReport, worker.RegisterOptions{})
}

// fallible is a step that returns value, or fails for chance of a hundred workflows.
func fallible(r *worker.Run, name string, chance int, failure *codec.RemoteError, value any) error {
	_, err := r.Step(name, func() (any, error) {
		if luck(luckyID(r.WorkflowID()), name) < chance {
			return nil, failure
		}
		return value, nil
	})
	return err
}

// luckyID is the id that decides about a workflow. The second payment of an order has the luck of
// the first, so the end of the order does not depend on whether the first was resumed in time.
func luckyID(id string) string {
	if order, second := strings.CutSuffix(id, "-3"); second {
		return order + "-1"
	}
	return id
}

func processOrder(r *worker.Run) (any, error) {
	order := orderFrom(r.Input())
	if err := fallible(r, "reserve_stock", 2, outOfStock(order), order.reservation()); err != nil {
		return nil, err
	}
	if err := pay(r, order); err != nil {
		return nil, err
	}
	if err := r.SetEvent("status", "paid"); err != nil {
		return nil, err
	}
	if err := fallible(r, "ship_parcel", 4, carrierDown(), order.parcel()); err != nil {
		return nil, err
	}
	_, err := r.EnqueueChild(mailsQueue, "send_mail", order.mail())
	return order.shipped(), err
}

// pay charges the customer, and once more if somebody cancelled the payment or it got lost.
func pay(r *worker.Run, order order) error {
	for attempt := 0; ; attempt++ {
		payment, err := r.EnqueueChild(paymentsQueue, "charge_payment", order.charge())
		if err != nil {
			return err
		}
		_, err = r.Result(payment)
		gone := errors.Is(err, worker.ErrAwaitedWorkflowCancelled) || errors.Is(err, worker.ErrDeadLetterQueue)
		if attempt > 0 || !gone {
			return err
		}
	}
}

func chargePayment(r *worker.Run) (any, error) {
	order := orderFrom(r.Input())
	if err := fallible(r, "authorize_card", 3, cardDeclined(order), order.authorization()); err != nil {
		return nil, err
	}
	if _, err := r.RetriedStep("capture_payment", worker.Retry{Max: 3}, func() (any, error) {
		if luck(luckyID(r.WorkflowID()), "capture_payment") < 4 {
			return nil, gatewayTimeout()
		}
		return order.capture(), nil
	}); err != nil {
		return nil, err
	}
	return order.capture(), nil
}

func sendMail(r *worker.Run) (any, error) {
	order := orderFrom(r.Input())
	if err := fallible(r, "render_template", 0, nil, order.mailText()); err != nil {
		return nil, err
	}
	if err := fallible(r, "deliver_mail", 3, mailboxFull(order), "250 queued"); err != nil {
		return nil, err
	}
	return nil, nil
}

func refundPayment(r *worker.Run) (any, error) {
	if err := fallible(r, "look_up_payment", 0, nil, r.Input()); err != nil {
		return nil, err
	}
	return nil, fallible(r, "refund", 5, gatewayTimeout(), "refunded")
}

func dailyReport(r *worker.Run) (any, error) {
	if err := fallible(r, "collect_figures", 0, nil, map[string]any{"orders": 80, "revenue_cents": 412350}); err != nil {
		return nil, err
	}
	return nil, fallible(r, "upload_report", 10, reportRefused(), reportPlace)
}

// reportPlace is where a report goes.
const reportPlace = "s3://reports-eu/daily.csv"

func reportRefused() *codec.RemoteError {
	return &codec.RemoteError{Name: "AccessDenied", Message: "bucket reports-eu: 403 Forbidden", Code: int64(403)}
}

func outOfStock(o order) *codec.RemoteError {
	return &codec.RemoteError{Name: "OutOfStock", Message: fmt.Sprintf("article %s is out of stock: 0 left, %d wanted", o.Article, o.Quantity),
		Code: int64(409)}
}

func cardDeclined(o order) *codec.RemoteError {
	return &codec.RemoteError{Name: "CardDeclined", Message: fmt.Sprintf("card of %s declined: insufficient funds", o.Customer), Code: int64(402)}
}

func gatewayTimeout() *codec.RemoteError {
	return &codec.RemoteError{Name: "GatewayTimeout", Message: "POST https://pay.example/v2/captures: no answer within 30s", Code: int64(504)}
}

func carrierDown() *codec.RemoteError {
	return &codec.RemoteError{Name: "CarrierUnavailable", Message: "carrier API answered 503 Service Unavailable", Code: int64(503)}
}

func mailboxFull(o order) *codec.RemoteError {
	return &codec.RemoteError{Name: "SMTPError", Message: fmt.Sprintf("552 5.2.2 <%s@mail.example>: mailbox full", o.Customer), Code: int64(552)}
}

// usualWait and usualTime are how long the workflows of the fleet usually are in line and at work.
const (
	usualWait = 900 * time.Millisecond
	usualTime = 2400 * time.Millisecond
)
