package client

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A PlannedChange is the change of one workflow that a dry run has planned, as a bulk run makes it.
type PlannedChange struct {
	SeenWorkflow        // the workflow to change, or the original of a fork
	Verb         string // one of BulkVerbs
	Options      string // of the verb, as JSON
	BulkSettings        // of the bulk run that the change is part of; zero if it is part of none
}

// BulkSettings say how a planned bulk run is carried out.
type BulkSettings struct {
	// Run numbers the bulk runs with limits of a dry run, from 1, because their limits count for
	// each of them. It is 0 for a run without limits.
	Run int64
	// BatchSize and RPS mean the same as in BulkInput; 0 is the default, and no limit.
	BatchSize, RPS int
	// Limits mean the same as in BulkInput.
	Limits BulkLimits
}

// A SeenWorkflow is a workflow as it was seen: a bulk run changes it only if it is still so.
type SeenWorkflow struct {
	ID        string             // its id
	Status    WorkflowStatusType // its state
	UpdatedAt int64              // when it last changed, in milliseconds since 1970
}

// asBulk says how a bulk run makes a change. Without a verb, none does.
type asBulk struct {
	verb    string
	options any                       // of all workflows
	each    func(at int) (any, error) // the options of one; nil if all have the same
	without string                    // why no bulk run makes the change, though it has the verb; "" if one does
	planned *plannedBulk              // the bulk run that the change is a batch of; nil if it is none
}

// A plannedBulk is a bulk run of a dry run.
type plannedBulk struct {
	settings BulkSettings
	pauses   bool            // it has a PauseWhen
	fork     json.RawMessage // the options of the verb fork; nil of other verbs
}

// plannedBulkKey is the key of contexts of the batches of a plannedBulk.
type plannedBulkKey struct{}

// settled returns asBulk with the bulk run that a context is about.
func (b asBulk) settled(ctx context.Context) asBulk {
	b.planned, _ = ctx.Value(plannedBulkKey{}).(*plannedBulk)
	if b.planned != nil && b.planned.pauses {
		b.without = "pause_when is a function, and a file cannot hold it"
	}
	if b.planned != nil && b.planned.fork != nil {
		// Each workflow has failed at a step of its own, and limits count for the run as a whole.
		b.options, b.each = b.planned.fork, nil
	}
	return b
}

// settings returns the settings of the bulk run that the change is a batch of.
func (b *asBulk) settings() BulkSettings {
	if b.planned == nil {
		return BulkSettings{}
	}
	return b.planned.settings
}

// Planned returns the changes of single workflows of which a change consists, after a dry run. It
// leaves out workflows that would stay as they are. It returns Unsupported if no bulk run makes the
// change, or the bulk run that it is part of has a PauseWhen, and Conflict if the dry run has
// planned a change of a workflow twice, because the second is not of the workflow as it is now.
func (c *Change) Planned() iter.Seq2[PlannedChange, error] {
	return func(yield func(PlannedChange, error) bool) {
		if c.bulk.verb == "" || c.bulk.without != "" {
			err := &Error{Code: Unsupported, Op: c.Op, Message: cmp.Or(c.bulk.without, "no bulk run makes this change")}
			if c.bulk.planned != nil && c.bulk.planned.pauses {
				err.Hint = "take max_failed_share, concurrency, canary or max_waiting in its place, or run the script without a plan"
			}
			yield(PlannedChange{}, err)
			return
		}
		common := ""
		originals := map[string]bool{}
		for i, e := range c.Effects {
			if e.Effect != EffectChange && e.Effect != EffectNew {
				continue
			}
			id := cmp.Or(e.Original, e.ID)
			if e.again || originals[id] {
				yield(PlannedChange{}, &Error{Code: Conflict, Op: c.Op, WorkflowID: id, Message: fmt.Sprintf("workflow %q would be changed twice", id)})
				return
			}
			if e.Original != "" {
				originals[id] = true
			}
			options := common
			if options == "" || c.bulk.each != nil {
				var err error
				if options, err = c.bulk.text(i); err != nil {
					yield(PlannedChange{}, err)
					return
				}
				common = options
			}
			one := PlannedChange{SeenWorkflow{id, WorkflowStatusType(e.Status), e.updated}, c.bulk.verb, options, c.bulk.settings()}
			if !yield(one, nil) {
				return
			}
		}
	}
}

// text returns the options of a workflow as JSON, as a bulk run has them.
func (b *asBulk) text(at int) (string, error) {
	options := b.options
	if b.each != nil {
		var err error
		if options, err = b.each(at); err != nil {
			return "", err
		}
	}
	text, err := bulkOptions(options)
	if err != nil {
		return "", err
	}
	verb, err := bulkVerbOf(b.verb, text)
	return verb.options, err
}

// forksAsBulk returns the bulk runs that make forks: those of a bulk run have random ids.
func forksAsBulk(inputs []ForkWorkflowInput) asBulk {
	b := asBulk{verb: "fork"}
	for _, input := range inputs {
		switch {
		case input.ForkedWorkflowID != "":
			b.without = "the fork has an id of its own"
		case input.Timeout != 0:
			b.without = "the fork has a timeout"
		case len(input.ReplacementChildren) > 0:
			b.without = "the fork has replacement_children"
		}
	}
	b.each = func(at int) (any, error) {
		input := inputs[at]
		return BulkForkOptions{StartStep: &input.StartStep, ApplicationVersion: input.ApplicationVersion, QueueName: input.QueueName,
			QueuePartitionKey: input.QueuePartitionKey}, nil
	}
	return b
}

// messagesAsBulk returns the bulk runs that send messages with the parameters of their statement.
func messagesAsBulk(messages []Message, args query.Args) asBulk {
	b := asBulk{verb: "send"}
	if slices.ContainsFunc(messages, func(m Message) bool { return m.IdempotencyKey != "" }) {
		b.without = "the message has an idempotency key"
	}
	destinations := args["destinations"].([]string)
	if len(unique(destinations)) < len(destinations) {
		b.without = "two of the messages are for one workflow"
	}
	texts, topics := args["messages"].([]string), args["topics"].([]string)
	b.each = func(at int) (any, error) {
		topic := topics[at]
		if topic == noTopic {
			topic = ""
		}
		return bulkMessage{Message: json.RawMessage(texts[at]), Topic: topic}, nil
	}
	return b
}
