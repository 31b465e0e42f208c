package client

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/nearest"
)

// A bulkVerb is a change that a bulk run makes.
type bulkVerb struct {
	name string
	// states are selected by a filter without a status.
	states []WorkflowStatusType
	// ends is true if no workflow runs on after the change.
	ends bool
	// fills returns true if the change puts workflows on a queue; nil if it may fill any.
	fills func(queue string) bool
	// copies is true if the change may look at workflows of other batches: forks and their
	// originals.
	copies bool
	// do changes the workflows of a batch.
	do func(c Client, ids []string) (*Report, error)

	// options are JSON without members that were not given, so that equal options have one text.
	options string
}

// The options of verbs that have none of their own.
type (
	// BulkForkOptions are the options of the verb fork. Without a first step it is the one that
	// failed.
	BulkForkOptions struct {
		StartStep          *uint  `json:"start_step" doc:"The number of the first step to run again; the step that failed when not given."`
		StartFrom          string `json:"start_from" doc:"The step that failed, or the last one." enum:"failed,last"`
		StartStepName      string `json:"start_step_name" doc:"The name of the first step to run again." nonempty:"true"`
		ApplicationVersion string `json:"application_version" doc:"The application version that must run the forks; the original's when not given." nonempty:"true"`
		QueueName          string `json:"queue_name" doc:"The queue to put the forks on; the internal queue, which starts them at once, when not given." nonempty:"true"`
		QueuePartitionKey  string `json:"queue_partition_key" doc:"The forks' partition, if that queue is partitioned." nonempty:"true"`
	}
	// BulkSendOptions are the options of the verb send.
	BulkSendOptions struct {
		Message any    `json:"message" doc:"The message to send: JSON data."`
		Topic   string `json:"topic" doc:"The topic on which the workflows receive it. Without it the message has no topic."`
	}
	// BulkPriorityOptions are the options of the verb set_priority.
	BulkPriorityOptions struct {
		Priority int `json:"priority" doc:"0 is the highest, then 1 to 2147483647." min:"0" max:"2147483647" required:"true"`
	}
	// BulkMoveOptions are the options of the verb move. Exactly one is needed.
	BulkMoveOptions struct {
		QueueName string `json:"queue_name" doc:"The queue to move them to." nonempty:"true"`
		Version   string `json:"version" doc:"The application version to move them to." nonempty:"true"`
	}
	// bulkEnd has the options of verbs that put nothing on a queue and have no option.
	bulkEnd struct{}
	// bulkMessage is BulkSendOptions with a message that is not decoded, so that no number loses
	// digits.
	bulkMessage struct {
		Message json.RawMessage `json:"message"`
		Topic   string          `json:"topic"`
	}
)

// A bulkMaker makes a verb of the JSON of its options.
type bulkMaker func(options string) (bulkVerb, error)

// bulkVerbs returns the verbs by their names.
func bulkVerbs() map[string]bulkMaker {
	failed := []WorkflowStatusType{WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}
	unfinished := []WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusDelayed}
	return map[string]bulkMaker{
		"resume": newBulkVerb([]WorkflowStatusType{WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded},
			func(c Client, ids []string, o ResumeOptions) (*Report, error) {
				return c.ResumeAll(ids, WithResumeOptions(o))
			}),
		"rerun": newBulkVerb(failed,
			func(c Client, ids []string, o RerunOptions) (*Report, error) {
				return c.RerunWorkflows(ids, WithRerunOptions(o))
			}),
		"cancel": newBulkVerb(unfinished,
			func(c Client, ids []string, _ bulkEnd) (*Report, error) { return c.CancelAll(ids) }),
		"fork": newBulkVerb(failed, bulkFork),
		"rewind": newBulkVerb(failed,
			func(c Client, ids []string, o RewindWorkflowOptions) (*Report, error) {
				return c.RewindAll(ids, WithRewindOptions(o))
			}),
		"delete": newBulkVerb(rewindable,
			func(c Client, ids []string, _ bulkEnd) (*Report, error) { return c.DeleteAll(ids) }),
		"send": newBulkVerb(unfinished, bulkSend),
		"set_priority": newBulkVerb(waitingStates,
			func(c Client, ids []string, o BulkPriorityOptions) (*Report, error) {
				return c.SetPriorityAll(ids, o.Priority)
			}),
		"move": newBulkVerb(waitingStates, bulkMove),
	}
}

// BulkVerbs returns the names of the verbs, sorted. The options of a verb are those of the method
// that it calls: ResumeOptions, RerunOptions and RewindWorkflowOptions; BulkForkOptions,
// BulkSendOptions, BulkPriorityOptions and BulkMoveOptions; cancel and delete have none.
func BulkVerbs() []string { return slices.Sorted(maps.Keys(bulkVerbs())) }

// newBulkVerb returns a function that makes a verb of the JSON of its options.
func newBulkVerb[T any](states []WorkflowStatusType, do func(Client, []string, T) (*Report, error)) bulkMaker {
	return func(options string) (bulkVerb, error) {
		var o T
		decoder := json.NewDecoder(strings.NewReader(options))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&o); err != nil {
			return bulkVerb{}, err
		}
		if checked, ok := any(o).(interface{ check() error }); ok {
			if err := checked.check(); err != nil {
				return bulkVerb{}, err
			}
		}
		given, err := givenOptions(o)
		if err != nil {
			return bulkVerb{}, err
		}
		verb := bulkVerb{states: states, options: given}
		if filling, ok := any(o).(interface{ fills(queue string) bool }); ok {
			verb.fills = filling.fills
		}
		verb.do = func(c Client, ids []string) (*Report, error) { return do(c, ids, o) }
		return verb, nil
	}
}

// bulkVerbOf returns a verb with its options as JSON. It returns InvalidOption if there is no such
// verb, or the options are not its own.
func bulkVerbOf(name, options string) (bulkVerb, error) {
	verbOf, found := bulkVerbs()[name]
	if !found {
		return bulkVerb{}, invalid(opBulk, "there is no verb %q%s", name, nearest.Among(name, BulkVerbs(), "verbs"))
	}
	verb, err := verbOf(options)
	if err != nil {
		return bulkVerb{}, invalid(opBulk, "the options of %s: %v", name, err)
	}
	verb.name, verb.ends, verb.copies = name, name == "cancel" || name == "delete", name == "fork" || name == "rerun"
	return verb, nil
}

// bulkOptions returns the options of a verb as JSON: a map with sorted names, or a struct.
func bulkOptions(options any) (string, error) {
	if options == nil {
		return "{}", nil
	}
	if named, ok := options.(map[string]any); ok {
		text, err := codec.EncodeJSON(named, "")
		if err != nil {
			return "", invalid(opBulk, "options: %v", err)
		}
		return cmp.Or(text, "{}"), nil
	}
	text, err := json.Marshal(options)
	if err != nil {
		return "", invalid(opBulk, "options: %v", err)
	}
	return string(text), nil
}

// givenOptions returns options as JSON, without members that are null or empty texts. The message
// of BulkSendOptions is data, and stays if it is an empty text.
func givenOptions(options any) (string, error) {
	var members map[string]json.RawMessage
	text, err := json.Marshal(options)
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	if err != nil {
		return "", err
	}
	maps.DeleteFunc(members, func(name string, value json.RawMessage) bool {
		return string(value) == "null" || string(value) == `""` && name != "message"
	})
	text, err = json.Marshal(members)
	return string(text), err
}

func bulkFork(c Client, ids []string, o BulkForkOptions) (*Report, error) {
	input := ForkWorkflowInput{StartFrom: o.StartFrom, StartStepName: o.StartStepName, ApplicationVersion: o.ApplicationVersion,
		QueueName: o.QueueName, QueuePartitionKey: o.QueuePartitionKey}
	switch {
	case o.StartStep != nil:
		input.StartStep = *o.StartStep
	case o.StartFrom == "" && o.StartStepName == "":
		input.StartFrom = ForkFromFailed
	}
	return c.ForkAll(column(ids, func(id string) ForkWorkflowInput {
		one := input
		one.OriginalWorkflowID = id
		return one
	}))
}

func bulkSend(c Client, ids []string, o bulkMessage) (*Report, error) {
	message, err := codec.DecodeJSON(cmp.Or(string(o.Message), "null"))
	if err != nil {
		return nil, invalid(opBulk, "message: %v", err)
	}
	messages := column(ids, func(id string) Message { return Message{DestinationID: id, Message: message, Topic: o.Topic} })
	if err := c.SendMany(messages); err != nil {
		return nil, err
	}
	return ReportOf("send", ids, OutcomeChanged, ""), nil
}

func (o BulkMoveOptions) check() error {
	if (o.QueueName == "") == (o.Version == "") {
		return errors.New("it needs a queue_name or a version, and not both")
	}
	return nil
}

func (bulkEnd) fills(string) bool             { return false }
func (BulkPriorityOptions) fills(string) bool { return false }
func (bulkMessage) fills(string) bool         { return false }

func (o BulkMoveOptions) fills(queue string) bool { return o.QueueName == queue }

func bulkMove(c Client, ids []string, o BulkMoveOptions) (*Report, error) {
	if o.QueueName != "" {
		return c.MoveQueueAll(ids, o.QueueName)
	}
	return c.MoveVersionAll(ids, o.Version)
}
