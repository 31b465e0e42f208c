package client

import "time"

// A DebouncerClient groups calls by a key. As long as each call comes within the delay of the call
// before, they wait; then one workflow runs, with the input of the last call. The group is a row of
// the database, so calls of other clients and of the application itself join it.
type DebouncerClient[P any, R any] struct {
	// WorkflowName is the name of the workflow that runs.
	WorkflowName string
	// Client is the client that makes the calls.
	Client Client
	// Timeout is the longest time from the first call for a key to the start. Zero is no limit.
	Timeout time.Duration

	options DebouncerOptions
}

// DebouncerOptions hold the registration of the workflow that a debouncer starts, its queue, and
// the longest delay.
type DebouncerOptions struct {
	Timeout         time.Duration `json:"timeout" doc:"The longest time from the first call for a key to the start; no limit when not given." min:"0"`
	ConfigName      string        `json:"config_name" doc:"The configured instance the workflow function belongs to." nonempty:"true"`
	ClassName       *string       `json:"class_name" doc:"The class of the workflow function; an empty text means a plain function of a TypeScript application."`
	QueueName       string        `json:"queue_name" doc:"The queue to put the workflow on; the internal queue when not given." nonempty:"true"`
	ApplicationName string        `json:"application_name" doc:"The application that must run it. When not given: the application of the connection, or the owner of the queue, or the only application that has run the workflow." nonempty:"true"`
	SDK             SDK           `json:"sdk" doc:"The language of the application's DBOS SDK, which decides how the key is stored. When not given, the rows of the database show it." enum:"go,python,typescript,java"`

	emptied emptied // an option function was given an empty text
}

// A DebouncerOption sets one of the DebouncerOptions.
type DebouncerOption func(*DebouncerOptions)

// WithDebouncerOptions sets all options at once.
func WithDebouncerOptions(options DebouncerOptions) DebouncerOption {
	return func(o *DebouncerOptions) { *o = options }
}

// WithDebouncerTimeout limits the time from the first call for a key to the start. The first call
// of a group sets the limit; timeouts of later calls do not change it. Zero, the default, is no
// limit.
func WithDebouncerTimeout(timeout time.Duration) DebouncerOption {
	return func(o *DebouncerOptions) { o.Timeout = timeout }
}

// WithDebouncerConfigName names the configured instance of the function.
func WithDebouncerConfigName(configName string) DebouncerOption {
	return func(o *DebouncerOptions) { o.ConfigName = configName }
}

// WithDebouncerClassName names the class of the function. The empty name means a plain function of
// a TypeScript application, because that SDK spells its debounce keys differently. Without this
// option the rows of the database decide.
func WithDebouncerClassName(className string) DebouncerOption {
	return func(o *DebouncerOptions) { o.ClassName = &className }
}

// WithDebouncerQueueName puts the workflow on a queue instead of the internal one. The same key on
// another queue is another group.
func WithDebouncerQueueName(queueName string) DebouncerOption {
	return func(o *DebouncerOptions) {
		o.QueueName = queueName
		o.emptied.note("queue_name", queueName)
	}
}

// WithDebouncerQueue is WithDebouncerQueueName, under the name that it has in the Go SDK since 1.8.
func WithDebouncerQueue(queueName string) DebouncerOption { return WithDebouncerQueueName(queueName) }

// WithDebouncerApplicationName sets the application that the workflow belongs to. The default
// is that of WithEnqueueApplicationName. A group of another application keeps its key, so the
// call returns QueueDeduplicated.
func WithDebouncerApplicationName(name string) DebouncerOption {
	return func(o *DebouncerOptions) {
		o.ApplicationName = name
		o.emptied.note("application_name", name)
	}
}

// NewDebouncerClient returns a debouncer of a workflow. It does not read the database.
func NewDebouncerClient[P any, R any](workflowName string, client Client, opts ...DebouncerOption) *DebouncerClient[P, R] {
	options := apply(opts)
	return &DebouncerClient[P, R]{WorkflowName: workflowName, Client: client, Timeout: options.Timeout, options: options}
}

// Debounce starts the workflow after a delay, as DELAYED until then. If an earlier call for the key
// is still waiting, Debounce instead delays that workflow to the delay from now, at most to the
// timeout of its group, and replaces its input. The handle refers to the workflow of the group.
//
// It returns QueueDeduplicated if another workflow holds the deduplication id of the key;
// UnexpectedWorkflow if WithWorkflowID names a workflow that exists; Unsupported if the database
// lacks the columns of debouncing; and InvalidOption if the key or the name is empty, the delay or
// the timeout is negative, or an option is given that the debouncer sets itself.
//
// The SDKs join the same group, the Go SDK from v1.0 on; its v0.18 sent messages to a debouncing
// workflow instead. Unlike the SDKs, Debounce refuses an empty key, and waits for at most five
// seconds if an executor holds the key while its workflow runs.
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

// check returns InvalidOption if an argument is missing or negative.
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
	return o.emptied.check(op)
}

// dedupIDs returns the deduplication ids that a group of calls may have. A new group gets the first
// one or, if doubtful is true and the rows show a TypeScript workflow, the second one.
//
// The SDKs put different names before the key. Go: the workflow, with "/" and the instance if there
// is one, without the class. Python: the workflow; it does not debounce methods. TypeScript: class,
// dot and workflow, with an empty class for a plain function; it ignores instances.
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
