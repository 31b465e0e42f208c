package client

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// An insertion is a list of workflows about to be enqueued, which share all but ids and inputs.
type insertion struct {
	existing map[string]standing // the workflows that had an id before the insert, if there is a gate or a report
	reported bool                // there is a report
	op       string
	ids      []string
	inputs   []string
	dedups   []*string
	chosen   bool // the ids are the caller's, so workflows with them may exist
	reject   bool // an id that exists is an error
	queue    string
	name     string
	args     query.Args // the parameters of an insert
	policy   DeduplicationPolicy
	dedupIDs []string
}

func (c *systemClient) insertion(op, queue, name string, inputs []any, o EnqueueManyOptions) (*insertion, error) {
	in, started := &insertion{op: op, queue: queue, name: name, policy: o.DeduplicationPolicy}, c.now()
	if err := in.identify(inputs, o); err != nil {
		return nil, err
	}
	inputs, err := c.readableInputs(op, name, inputs, o.EnqueueOptions)
	if err != nil {
		return nil, err
	}
	codecName, err := in.encode(inputs)
	if err != nil {
		return nil, &Error{Code: InvalidOption, Op: op, Err: err}
	}
	in.reject = in.chosen && o.WorkflowIDReusePolicy == WorkflowIDReusePolicyReject
	if in.args, err = c.columns(op, queue, name, codecName, o.EnqueueOptions); err != nil {
		return nil, err
	}
	if in.reject {
		in.args["creator"] = uuid.NewString() // shows a further attempt which rows an earlier one has inserted
	}
	in.args["ids"], in.args["inputs"], in.args["dedups"] = in.ids, in.inputs, in.dedups
	setTimes(in.args, len(in.ids), started, in.args["now"].(int64))
	return in, nil
}

// status returns the state of the new workflows.
func (in *insertion) status() WorkflowStatusType {
	return WorkflowStatusType(in.args["status"].(string))
}

// identify sets the id of each input, which all attempts share.
func (in *insertion) identify(inputs []any, o EnqueueManyOptions) error {
	in.ids, in.chosen = o.WorkflowIDs, len(o.WorkflowIDs) > 0
	if o.WorkflowID != "" {
		in.ids, in.chosen = []string{o.WorkflowID}, true
	}
	if !in.chosen {
		in.ids = make([]string, len(inputs))
		for i := range in.ids {
			in.ids[i] = uuid.NewString()
		}
	}
	in.dedupIDs = o.DeduplicationIDs
	if o.DeduplicationID != "" {
		in.dedupIDs = []string{o.DeduplicationID}
	}
	in.dedups = make([]*string, len(inputs))
	for i := range in.dedupIDs {
		in.dedups[i] = optional(in.dedupIDs[i])
	}
	return in.checkIDs(len(inputs))
}

func (in *insertion) checkIDs(count int) error {
	if len(in.ids) != count {
		return invalid(in.op, "%d workflow ids for %d inputs", len(in.ids), count)
	}
	if !in.chosen {
		return nil
	}
	seen := make(map[string]bool, count)
	for i, id := range in.ids {
		if id == "" || seen[id] {
			return invalid(in.op, "the workflow id %q at %d is empty or given twice", id, i+1)
		}
		seen[id] = true
	}
	return nil
}

// readableInputs turns plain inputs into portable ones if the workflow's application does not use
// the Go SDK, because no other SDK reads DBOS_JSON: the workflow would stay PENDING and hold a slot
// of its queue. If nothing shows the SDK and an application has started on tables with the payload
// split, an input is portable too, because all SDKs that make such tables read that. Otherwise it
// is written as the Go SDK writes it.
func (c *systemClient) readableInputs(op, name string, inputs []any, o EnqueueOptions) ([]any, error) {
	if c.config.ReadOnly || !slices.ContainsFunc(inputs, isPlain) {
		return inputs, nil
	}
	verdict, err := c.sdkOf(op, o.SDK, o.ApplicationName, name)
	if err != nil || verdict.SDK == SDKGo {
		return inputs, err
	}
	if verdict.SDK == "" && !c.portableAtLeast() {
		c.warnOfAssumedSDK(op, name, verdict.Why)
		return inputs, nil
	}
	return column(inputs, asPortable), nil
}

// sdkLookup returns the lookup of the evidence that readableInputs needs, or none if it needs none.
func (c *systemClient) sdkLookup(inputs []any, stated SDK) []lookup {
	if cmp.Or(stated, c.sdk, c.config.SDK) != "" || c.freshEvidence() != nil || !slices.ContainsFunc(inputs, isPlain) {
		return nil
	}
	_, look := c.evidenceLookup()
	return []lookup{look}
}

// portableAtLeast returns true if all applications read portable inputs, whichever SDK they have:
// the tables are TypeScript's own, or an application has started on tables with the payload split.
func (c *systemClient) portableAtLeast() bool {
	if c.shape.TypeScript() {
		return true
	}
	evidence := c.observed.Load()
	return c.shape.Supports(schema.PayloadSplit) && evidence != nil && evidence.Launched()
}

// asPortable makes a plain input the first argument of a portable one. Others stay as they are.
func asPortable(input any) any {
	switch {
	case !isPlain(input):
		return input
	case input == nil:
		return PortableWorkflowArgs{}
	}
	return PortableWorkflowArgs{PositionalArgs: []any{input}}
}

// warnOfAssumedSDK warns once for each workflow that its inputs are written for Go, because nothing
// shows its SDK.
func (c *systemClient) warnOfAssumedSDK(op, workflow, why string) {
	if _, twice := c.assumed.LoadOrStore(workflow, true); !twice {
		c.warn(op, fmt.Sprintf("nothing here shows which SDK the application of workflow %q is written with (%s), so its input is "+
			"written as Go applications read it, which no other reads; %s", workflow, why, sayWhichSDK))
	}
}

// isPlain returns true if an input does not choose its own serialization.
func isPlain(input any) bool {
	switch input.(type) {
	case PortableWorkflowArgs, *PortableWorkflowArgs, codec.TypeScriptArgs, codec.PythonArgs, codec.JavaArgs:
		return false
	}
	return true
}

// encode sets the stored texts of the inputs. It returns an error if they have different
// serializations.
func (in *insertion) encode(inputs []any) (codecName string, err error) {
	in.inputs = make([]string, len(inputs))
	for i, input := range inputs {
		text, name, err := codec.EncodeInput(input)
		if err != nil {
			return "", err
		}
		if i > 0 && name != codecName {
			return "", fmt.Errorf("input %d is %s and those before are %s: one call takes inputs of one kind", i+1, name, codecName)
		}
		in.inputs[i], codecName = text, name
	}
	return codecName, nil
}

// columns returns the columns that all workflows of a call share.
func (c *systemClient) columns(op, queue, name, codecName string, o EnqueueOptions) (query.Args, error) {
	now := c.now()
	args := query.Args{
		"status": string(WorkflowStatusEnqueued), "workflow": name, "queue": queue, "codec": codecName, "now": now,
		"priority": int64(o.Priority), "version": optional(o.ApplicationVersion), "timeout": nil, "delay_until": nil,
		"class": optional(o.ClassName), "config": optional(o.ConfigName), "partition": optional(o.QueuePartitionKey),
		"user": optional(o.AuthenticatedUser), "role": optional(o.AssumedRole), "roles": nil,
		"schedule": nil, "owner": optional(o.ApplicationName), "debounced": false, "debounce_deadline": nil,
		"attributes": nil, "creator": nil, "parent": optional(db.WorkflowOf(c.ctx)),
	}
	if o.Timeout > 0 {
		args["timeout"] = o.Timeout.Round(1e6).Milliseconds()
	}
	if o.Delay > 0 {
		args["status"] = string(WorkflowStatusDelayed)
		args["delay_until"] = now + o.Delay.Milliseconds()
	}
	if len(o.AuthenticatedRoles) > 0 {
		roles, _ := json.Marshal(o.AuthenticatedRoles)
		args["roles"] = string(roles)
	}
	if o.Attributes != nil {
		text, err := codec.EncodeJSON(o.Attributes, "")
		if err != nil {
			return nil, invalid(op, "attributes: %v", err)
		}
		args["attributes"] = text
	}
	return args, nil
}

// optional returns nil, which is NULL, for the empty text, because a stored "" would match nothing.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
