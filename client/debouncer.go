package client

import "time"

// A DebouncerClient collects calls: of all that come for one key, each within its delay of the one
// before, a single workflow runs, with the input of the last. It holds nothing but what it was made
// of: the group of calls lives in the database, where those of other clients and of the
// application itself meet it.
type DebouncerClient[P any, R any] struct {
	WorkflowName string
	Client       Client
	// Timeout is the longest time from the first call for a key to the start; zero means no bound.
	Timeout time.Duration

	options DebouncerOptions
}

// DebouncerOptions say which registration of the workflow a debouncer starts, and when at the latest.
type DebouncerOptions struct {
	Timeout    time.Duration `json:"timeout" doc:"The longest time from the first call for a key to the start; unbounded when not given." min:"0"`
	ConfigName string        `json:"config_name" doc:"The configured instance the workflow function belongs to."`
	ClassName  *string       `json:"class_name" doc:"The class of the workflow function; the empty text says that it is a plain function of a TypeScript application."`
	QueueName  string        `json:"queue_name" doc:"The queue to put the workflow on; the internal queue when not given." nonempty:"true"`
	SDK        SDK           `json:"sdk" doc:"The language of the application's DBOS SDK, which spells the keys in its own way; judged by the rows of the database when not given." enum:"go,python,typescript,java"`
}

// A DebouncerOption sets one of the DebouncerOptions.
type DebouncerOption func(*DebouncerOptions)

// WithDebouncerOptions sets all options at once.
func WithDebouncerOptions(options DebouncerOptions) DebouncerOption {
	return func(o *DebouncerOptions) { *o = options }
}

// WithDebouncerTimeout bounds the time from the first call for a key to the start. The bound of a
// group is fixed by its first call, whatever the timeouts of later ones.
func WithDebouncerTimeout(timeout time.Duration) DebouncerOption {
	return func(o *DebouncerOptions) { o.Timeout = timeout }
}

// WithDebouncerConfigName names the configured instance of the function.
func WithDebouncerConfigName(configName string) DebouncerOption {
	return func(o *DebouncerOptions) { o.ConfigName = configName }
}

// WithDebouncerClassName names the class of the function. The empty name says that it is a plain
// function of a TypeScript application, whose debounce keys are spelled in a way of their own; not
// to give a name leaves that to what the database shows of the workflow.
func WithDebouncerClassName(className string) DebouncerOption {
	return func(o *DebouncerOptions) { o.ClassName = &className }
}

// WithDebouncerQueueName puts the workflow on a queue instead of the internal one. Keys of
// different queues are different keys.
func WithDebouncerQueueName(queueName string) DebouncerOption {
	return func(o *DebouncerOptions) { o.QueueName = queueName }
}

// NewDebouncerClient makes a debouncer. It asks the database nothing.
func NewDebouncerClient[P any, R any](workflowName string, client Client, opts ...DebouncerOption) *DebouncerClient[P, R] {
	options := apply(opts)
	return &DebouncerClient[P, R]{WorkflowName: workflowName, Client: client, Timeout: options.Timeout, options: options}
}

// Debounce starts the workflow after a delay or, when an earlier call for the key is still
// waiting, pushes that one back by the delay from now, up to the timeout of its group, and gives it
// the new input. The handle is of the workflow that the first call of the group made.
//
// It fails with QueueDeduplicated when something else holds the key's deduplication id, with
// UnexpectedWorkflow when WithWorkflowID names a workflow that exists, with Unsupported on a
// database without the columns of debouncing, and with InvalidOption when the key is empty, the
// delay or the timeout is negative, or an option is given that the debouncer sets itself.
//
// The group is a row that the SDKs bounce too, the Go SDK's from v1.0 on: its v0.18 sent messages to
// a debouncing workflow, which this does not. Unlike the SDKs it refuses an empty key, and does not
// wait for ever for a worker that holds the key while its workflow runs, but for five seconds.
func (d *DebouncerClient[P, R]) Debounce(key string, delay time.Duration, input P, opts ...WorkflowOption) (WorkflowHandle[R], error) {
	options := d.options
	options.Timeout = d.Timeout
	handle, err := d.Client.Debounce(d.WorkflowName, key, delay, input, options, opts...)
	if err != nil {
		return nil, err
	}
	return typed[R](handle)
}

func (o DebouncerOptions) class() string {
	if o.ClassName == nil {
		return ""
	}
	return *o.ClassName
}

func (o DebouncerOptions) queue() string {
	if o.QueueName == "" {
		return InternalQueueName
	}
	return o.QueueName
}

// check refuses what no debounce can mean.
func (o DebouncerOptions) check(op, workflowName, key string, delay time.Duration) error {
	switch {
	case workflowName == "":
		return invalid(op, "the workflow has no name")
	case key == "":
		return invalid(op, "the key is empty")
	case delay < 0:
		return invalid(op, "the delay %v is negative", delay)
	case o.Timeout < 0:
		return invalid(op, "the timeout %v is negative", o.Timeout)
	}
	return nil
}

// dedupIDs are the deduplication ids under which a group of calls may be found, the one we choose
// first; with doubtful, the second one where the database shows a TypeScript workflow.
//
// The SDKs put different names before the key. Go: the workflow's, with "/" and the instance where
// there is one, whatever the class. Python: the workflow's; it debounces no methods. TypeScript:
// class, dot and workflow, with a plain function's class empty; it knows no instances here.
func (o DebouncerOptions) dedupIDs(workflowName, key string) (ids []string, doubtful bool) {
	plain, dotted := workflowName+"-"+key, o.class()+"."+workflowName+"-"+key
	switch {
	case o.ConfigName != "":
		return []string{workflowName + "/" + o.ConfigName + "-" + key}, false
	case o.ClassName != nil:
		return []string{dotted, plain}, false
	}
	return []string{plain, dotted}, true
}
