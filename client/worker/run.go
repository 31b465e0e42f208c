package worker

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
)

// A Run is the argument of a workflow function: its input, and the calls that record something.
// Each such call takes a step number, from 0 on, and returns the recorded result if the workflow
// runs again. After the workflow was cancelled, the calls fail with ErrWorkflowCancelled. Then
// the function must return, and its result is discarded.
type Run struct{ *execution }

// WorkflowID returns the id of the workflow.
func (r *Run) WorkflowID() string { return r.id }

// Name returns the name that the workflow is registered under.
func (r *Run) Name() string { return r.name }

// Version returns the application version of the workflow, or "".
func (r *Run) Version() string { return r.version }

// CreatedAt returns the time at which the workflow was created.
func (r *Run) CreatedAt() time.Time { return time.UnixMilli(r.created) }

// Context returns the context of the worker's present unit.
func (r *Run) Context() context.Context { return r.ctx }

// Input returns the decoded input: the first positional argument of a portable row, nil if there is
// none.
func (r *Run) Input() any {
	if r.input.Codec != codec.PortableJSON {
		return r.input.Decode()
	}
	if positional := r.Args().PositionalArgs; len(positional) > 0 {
		return positional[0]
	}
	return nil
}

// Args returns the arguments of a portable row; any other row has its input as its one positional
// argument.
func (r *Run) Args() codec.PortableWorkflowArgs { return ArgsOf(r.input) }

// ArgsOf returns the arguments of an input as Run.Args does.
func ArgsOf(stored codec.Encoded) codec.PortableWorkflowArgs {
	input := stored.Decode()
	if stored.Codec != codec.PortableJSON {
		return codec.PortableWorkflowArgs{PositionalArgs: []any{input}}
	}
	members, _ := input.(map[string]any)
	positional, _ := members["positionalArgs"].([]any)
	named, _ := members["namedArgs"].(map[string]any)
	return codec.PortableWorkflowArgs{PositionalArgs: positional, NamedArgs: named}
}

// Attributes returns the attributes of the workflow, or nil if it has none.
func (r *Run) Attributes() map[string]any {
	if !r.attributes.Valid {
		return nil
	}
	value, err := codec.DecodeJSON(r.attributes.String)
	members, _ := value.(map[string]any)
	if err != nil {
		return nil
	}
	return members
}
