package client

import (
	"maps"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const (
	setAttributes = `
UPDATE {workflow_status} SET attributes = {merge attributes :attributes}, updated_at = :now
WHERE {in workflow_uuid :ids}` + returningIDs

	// replaceAttributes does not read the attributes that were there.
	replaceAttributes = `
UPDATE {workflow_status} SET attributes = {json :attributes}, updated_at = :now
WHERE {in workflow_uuid :ids}` + returningIDs
)

// opSetAttributes is the operation for one workflow and for several.
const opSetAttributes = "set workflow attributes"

// SetWorkflowAttributesOptions are the options of SetWorkflowAttributes and SetAttributesAll.
type SetWorkflowAttributesOptions struct {
	Merge bool `json:"merge" doc:"Sets the given keys and keeps the others. Without it, all attributes are replaced."`
}

// A SetWorkflowAttributesOption sets one of the SetWorkflowAttributesOptions.
type SetWorkflowAttributesOption func(*SetWorkflowAttributesOptions)

// WithSetWorkflowAttributesOptions sets all options at once.
func WithSetWorkflowAttributesOptions(options SetWorkflowAttributesOptions) SetWorkflowAttributesOption {
	return func(o *SetWorkflowAttributesOptions) { *o = options }
}

// WithMergeAttributes sets the given keys and keeps the others.
func WithMergeAttributes() SetWorkflowAttributesOption {
	return func(o *SetWorkflowAttributesOptions) { o.Merge = true }
}

func (c *systemClient) SetWorkflowAttributes(workflowID string, attributes map[string]any, opts ...SetWorkflowAttributesOption) error {
	_, err := c.setAttributes([]string{workflowID}, attributes, apply(opts), false)
	return err
}

func (c *systemClient) SetAttributesAll(workflowIDs []string, attributes map[string]any, opts ...SetWorkflowAttributesOption) (*Report, error) {
	return c.setAttributes(workflowIDs, attributes, apply(opts), true)
}

func (c *systemClient) setAttributes(ids []string, attributes map[string]any, o SetWorkflowAttributesOptions, plural bool) (*Report, error) {
	const op = opSetAttributes
	switch {
	case !plural && ids[0] == "":
		return nil, invalid(op, "the workflow id is empty")
	case o.Merge && attributes == nil:
		return nil, invalid(op, "nil cannot be merged; without merge it removes all attributes")
	case !c.shape.Has("workflow_status", "attributes"):
		return nil, unsupported(op, "workflow_status", "attributes")
	case len(ids) == 0:
		return &Report{Op: op}, nil
	}
	text, err := encodeAttributes(attributes, o.Merge)
	if err != nil {
		return nil, err
	}
	statement := replaceAttributes
	if o.Merge {
		statement = setAttributes
	}
	return c.steer(&steering{
		write: &write{Change: Change{Op: op, IDs: ids, Plural: plural}}, keeps: true, looks: true,
		text: statement, args: query.Args{"ids": ids, "attributes": text, "now": c.now()},
	})
}

// encodeAttributes returns the attributes as JSON; nil, which removes them, if there are none to
// replace the others with.
func encodeAttributes(attributes map[string]any, merge bool) (*string, error) {
	if len(attributes) == 0 && !merge {
		return nil, nil
	}
	text, err := codec.EncodeJSON(attributes, "")
	if err != nil {
		return nil, &Error{Code: InvalidOption, Op: opSetAttributes, Err: err, Message: "attributes: " + err.Error()}
	}
	return &text, nil
}

// reportAttributes sets the results of a change of attributes in a dry run, and the attributes.
func reportAttributes(d *dryRun, p *preview) error {
	s := p.detail.(*steering)
	change := attributeChange{merge: s.text == setAttributes}
	if text, _ := s.args["attributes"].(*string); text != nil {
		change.values, _ = codec.Encoded{Text: *text}.Decode().(map[string]any)
	}
	p.amend = func(w *WorkflowStatus) { w.Attributes = change.apply(w.Attributes) }
	return reportSteering(d, p)
}

// An attributeChange replaces the attributes of a workflow, or some of them.
type attributeChange struct {
	values map[string]any
	merge  bool
}

// apply returns the attributes after the change, nil if there are none.
func (c attributeChange) apply(before map[string]any) map[string]any {
	switch {
	case c.merge:
		after := map[string]any{}
		maps.Copy(after, before)
		maps.Copy(after, c.values)
		return after
	case len(c.values) == 0:
		return nil
	}
	return c.values
}
