package stdlib

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// ApprovalEvent is the key of the event in which a run asks for an approval. Its value is the data
// of an ApprovalRequest.
const ApprovalEvent = "dbos-script.approval"

// ApprovalTopic returns the topic on which the answer to a request is sent.
func ApprovalTopic(id string) string { return "dbos-script.approval." + id }

// The states of an ApprovalRequest.
const (
	ApprovalAsked   = "asked"
	ApprovalGiven   = "approved"
	ApprovalDenied  = "denied"
	ApprovalExpired = "expired"
)

// longestApproval is how long an approval is waited for without a timeout.
const longestApproval = 24 * time.Hour

type approvalArgs struct {
	Question string        `arg:"question" doc:"The question, as the person reads it." nonempty:"true"`
	Details  any           `arg:"details,optional" doc:"Data that is shown with the question, such as {count = 120}."`
	Timeout  time.Duration `json:"timeout" doc:"How long to wait for the answer." default:"24h" min:"0"`
}

// Approval is the answer to durable.approval.
type Approval struct {
	By      string `json:"by" doc:"The person who has approved."`
	Comment string `json:"comment" doc:"What they said; empty if nothing."`
}

func durableApproval(host Host, asked *int) declare.Func {
	return declare.Fn("approval", "Asks a person, and waits until they approve with `dbos-script approve RUN`.",
		func(ctx context.Context, a approvalArgs) (*Approval, error) {
			if host.plansDurable() {
				host.Logger.InfoContext(ctx, "a durable run would ask for an approval, which the dry run takes as given", "question", a.Question, "details", a.Details)
				return &Approval{By: "dry run"}, nil
			}
			d, err := host.durably("durable.approval")
			if err != nil {
				return nil, err
			}
			*asked++
			return approve(ctx, host, d, fmt.Sprint(*asked), a)
		}).Changes().RecordsItself().
		Returning("the answer, which has the fields `by` and `comment`").
		Raises(ApprovalCode, declare.CodeTimeout, "Unsupported").
		Notes("`dbos-script approve RUN` shows the question and its details, and answers; `--deny` refuses. A refusal raises `Denied`, and " +
			"no answer in time `Timeout`, so a script that does not look goes no further. The answer is recorded: a run that goes " +
			"on after a crash is not asked again. A dry run says what it would ask, and goes on as if `dry run` had approved. The process may end while it waits, and `run --continue` finds the answer.").
		Example("local ok, answer = pcall(durable.approval, \"Cancel 120 workflows?\", {count = 120}, {timeout = \"8h\"})\nprint(ok and answer.by or answer.code)")
}

// ApprovalCode is the code of the error of a refusal.
const ApprovalCode = "Denied"

// A refusalError is the error of an approval that was not given.
type refusalError struct {
	code, message string
}

func (e *refusalError) Error() string     { return "durable.approval: " + e.message }
func (e *refusalError) ErrorCode() string { return e.code }

// approve publishes the question, waits for the answer, and publishes that.
func approve(ctx context.Context, host Host, d Durable, id string, a approvalArgs) (*Approval, error) {
	request := map[string]any{"id": id, "question": a.Question, "details": a.Details, "state": ApprovalAsked}
	if err := d.SetEvent(ctx, ApprovalEvent, request); err != nil {
		return nil, err
	}
	host.Logger.InfoContext(ctx, "the run waits for an approval: dbos-script approve answers", "question", a.Question)
	timeout := cmp.Or(a.Timeout, longestApproval)
	answer, err := d.Recv(ctx, ApprovalTopic(id), timeout)
	if err != nil {
		if coded, ok := err.(interface {
			error
			declare.Coder
		}); ctx.Err() != nil || !ok || coded.ErrorCode() != declare.CodeTimeout {
			return nil, err
		}
		request["state"] = ApprovalExpired
		if err := d.SetEvent(ctx, ApprovalEvent, request); err != nil {
			return nil, err
		}
		return nil, &refusalError{declare.CodeTimeout, fmt.Sprintf("nobody has answered %q within %v", a.Question, timeout)}
	}
	said, _ := answer.(map[string]any)
	given, _ := said["approved"].(bool)
	by, _ := said["by"].(string)
	comment, _ := said["comment"].(string)
	request["state"], request["by"], request["comment"] = ApprovalDenied, by, comment
	if given {
		request["state"] = ApprovalGiven
	}
	if err := d.SetEvent(ctx, ApprovalEvent, request); err != nil {
		return nil, err
	}
	if given {
		return &Approval{By: by, Comment: comment}, nil
	}
	message := fmt.Sprintf("%s has refused %q", cmp.Or(by, "somebody"), a.Question)
	if comment != "" {
		message += ": " + comment
	}
	return nil, &refusalError{ApprovalCode, message}
}
