package client

import (
	"cmp"
	"slices"
	"time"
)

// An Orphan is a PENDING workflow whose executor is dead, or has been silent for as long as
// the caller says.
type Orphan struct {
	ID                 string          `json:"id" doc:"The workflow's id."`
	Name               string          `json:"name,omitempty" doc:"The name of its function."`
	QueueName          string          `json:"queue_name,omitempty" doc:"The queue that it came off; nil if it came off none."`
	ExecutorID         string          `json:"executor_id" doc:"The executor that took it."`
	ApplicationVersion string          `json:"application_version,omitempty" doc:"The version of its code."`
	ApplicationName    string          `json:"application_name,omitempty" doc:"The application that owns it; nil if none does."`
	CreatedAt          time.Time       `json:"created_at" doc:"When it was made."`
	StartedAt          time.Time       `json:"started_at,omitzero" doc:"When it was taken off its queue; nil if it came off none."`
	Attempts           int             `json:"attempts" doc:"How often it was started."`
	Verdict            ExecutorVerdict `json:"verdict" doc:"The verdict on its executor: dead or silent."`
	Reason             string          `json:"reason" doc:"That verdict in a sentence."`
	SeenAt             time.Time       `json:"seen_at,omitzero" doc:"The last sign of life of its executor."`
}

// OrphansOptions select orphans: filters of lists, and the silence of a lost executor.
type OrphansOptions struct {
	ListWorkflowsOptions
	ApplicationVersion []string      `json:"application_version" doc:"The same as app_version." nonempty:"true"`
	SilentFor          time.Duration `json:"silent_for" doc:"Also selects workflows of executors without a sign of life for this time. Without it, only workflows of dead executors." min:"0"`
}

// An OrphansOption sets one of the OrphansOptions.
type OrphansOption func(*OrphansOptions)

// WithOrphansOptions sets all options at once.
func WithOrphansOptions(options OrphansOptions) OrphansOption {
	return func(o *OrphansOptions) { *o = options }
}

func (c *systemClient) Orphans(opts ...OrphansOption) ([]Orphan, error) {
	return c.orphans(apply(opts), c.ListWorkflows)
}

func (d *dryRun) Orphans(opts ...OrphansOption) ([]Orphan, error) {
	return d.orphans(apply(opts), d.ListWorkflows)
}

// orphans returns the workflows of a list whose executors are lost.
func (c *systemClient) orphans(o OrphansOptions, list func(...ListWorkflowsOption) ([]WorkflowStatus, error)) ([]Orphan, error) {
	const op = "list orphans"
	orphans := []Orphan{}
	filter, err := o.pending(op)
	if err != nil || filter == nil {
		return orphans, err
	}
	if _, err := c.filter(op, *filter); err != nil {
		return orphans, err // a wrong filter is an error also while there is no orphan
	}
	lost, err := c.lost(op, o.SilentFor)
	if err != nil || len(lost) == 0 {
		return orphans, err
	}
	filter.Offset, filter.Limit, filter.ExecutorIDs = nil, nil, among(filter.ExecutorIDs, lost)
	found, err := list(WithListWorkflowsOptions(*filter))
	if err != nil {
		return orphans, failure(op, err)
	}
	for _, w := range found {
		if e := lost[executorKey{w.ExecutorID, w.ApplicationVersion, w.ApplicationName}]; e != nil {
			orphans = append(orphans, orphan(w, e))
		}
	}
	return cutTo(orphans, o.Offset, o.Limit), nil
}

// Pending returns the filter of lists that selects the same workflows whatever their executors
// are, or nil if no workflow can match. It returns InvalidOption if options are wrong or
// contradict each other.
func (o OrphansOptions) Pending() (*ListWorkflowsOptions, error) { return o.pending(opRecover) }

func (o OrphansOptions) pending(op string) (*ListWorkflowsOptions, error) {
	switch {
	case o.SilentFor < 0:
		return nil, invalid(op, "silent_for is negative: %v", o.SilentFor)
	case o.ApplicationVersion != nil && o.AppVersion != nil:
		return nil, invalid(op, "app_version and application_version are the same option; give one of them")
	case o.refused() != "":
		return nil, invalid(op, "%s", o.refused())
	case !selects(o.Status, WorkflowStatusPending):
		return nil, nil
	}
	filter := o.ListWorkflowsOptions
	if o.ApplicationVersion != nil {
		filter.AppVersion = o.ApplicationVersion
	}
	filter.Status = []WorkflowStatusType{WorkflowStatusPending}
	filter.LoadInput, filter.LoadOutput, filter.LoadProgress = false, false, false
	return &filter, nil
}

// lost returns the executors with open workflows that are dead, or silent for a nonzero time.
func (c *systemClient) lost(op string, silentFor time.Duration) (map[executorKey]*ExecutorInfo, error) {
	all, err := c.executors(op, cmp.Or(silentFor, silence))
	lost := map[executorKey]*ExecutorInfo{}
	for _, e := range all {
		if e.Open > 0 && (e.Verdict == ExecutorDead || silentFor > 0 && e.Verdict == ExecutorSilent) {
			lost[e.key()] = &e
		}
	}
	return lost, err
}

// among returns the ids of executors that a list has, or all of them if it is nil. An executor
// without an id cannot be filtered by, so then it returns nil, which is no filter.
func among(ids []string, executors map[executorKey]*ExecutorInfo) []string {
	list := []string{}
	for key := range executors {
		if key.id == "" && ids == nil {
			return nil
		}
		if selects(ids, key.id) {
			list = append(list, key.id)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func orphan(w WorkflowStatus, e *ExecutorInfo) Orphan {
	return Orphan{ID: w.ID, Name: w.Name, QueueName: w.QueueName, ExecutorID: w.ExecutorID, ApplicationVersion: w.ApplicationVersion,
		ApplicationName: w.ApplicationName, CreatedAt: w.CreatedAt, StartedAt: w.StartedAt, Attempts: w.Attempts,
		Verdict: e.Verdict, Reason: e.Reason, SeenAt: e.SeenAt}
}

// cutTo leaves out the first offset elements, and all after the limit.
func cutTo[T any](list []T, offset, limit *int) []T {
	if offset != nil {
		list = list[min(*offset, len(list)):]
	}
	if limit != nil {
		list = list[:min(*limit, len(list))]
	}
	return list
}
