package client

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
)

func (d *dryRun) ListWorkflows(opts ...ListWorkflowsOption) ([]WorkflowStatus, error) {
	list := []WorkflowStatus{}
	for w, err := range d.matching("list workflows", apply(opts)) {
		if err != nil {
			return []WorkflowStatus{}, err
		}
		list = append(list, w)
	}
	return list, nil
}

func (d *dryRun) Workflows(opts ...ListWorkflowsOption) iter.Seq2[WorkflowStatus, error] {
	return d.matching(walking, apply(opts))
}

// matching walks over the workflows that match after the planned changes. It counts offset and
// limit itself, because the database does not know which rows are left out.
func (d *dryRun) matching(op string, o ListWorkflowsOptions) iter.Seq2[WorkflowStatus, error] {
	if _, err := d.filter(op, o); err != nil {
		return func(yield func(WorkflowStatus, error) bool) { yield(WorkflowStatus{}, err) }
	}
	skip, left := 0, -1
	if o.Offset != nil {
		skip = *o.Offset
	}
	if o.Limit != nil {
		left = *o.Limit
	}
	o.Offset, o.Limit = nil, nil
	return func(yield func(WorkflowStatus, error) bool) {
		if left == 0 {
			return
		}
		for w, err := range d.merged(o) {
			if err == nil && skip > 0 {
				skip--
				continue
			}
			left--
			if !yield(w, err) || left == 0 {
				return
			}
		}
	}
}

// merged walks over the rows without a planned change, and the planned rows in their order.
func (d *dryRun) merged(o ListWorkflowsOptions) iter.Seq2[WorkflowStatus, error] {
	return func(yield func(WorkflowStatus, error) bool) {
		touched, err := d.touched(o)
		if err != nil {
			yield(WorkflowStatus{}, err)
			return
		}
		for w, err := range d.walk(o) {
			if err == nil && d.planned.touches(w.ID) {
				continue
			}
			for err == nil && len(touched) > 0 && o.before(touched[0], w) {
				if !yield(touched[0], nil) {
					return
				}
				touched = touched[1:]
			}
			if !yield(w, err) {
				return
			}
		}
		for _, w := range touched {
			if !yield(w, nil) {
				return
			}
		}
	}
}

// before returns true if a list has one row before the other.
func (o ListWorkflowsOptions) before(one, other WorkflowStatus) bool {
	order := cmp.Or(one.CreatedAt.Compare(other.CreatedAt), strings.Compare(one.ID, other.ID))
	return order < 0 != o.SortDesc
}

// touched returns the workflows that changes are planned of and that match after these, in order.
func (d *dryRun) touched(o ListWorkflowsOptions) ([]WorkflowStatus, error) {
	made, changed := d.planned.workflows(o.WorkflowIDs)
	var list []WorkflowStatus
	for id, s := range made {
		row := s.planned(id, o)
		if d.planned.amendMarks(&row); o.matches(row, d.config.AppName) {
			list = append(list, row)
		}
	}
	if len(changed) > 0 {
		rows := o.withoutPlanned()
		rows.WorkflowIDs = changed
		stored, err := d.systemClient.ListWorkflows(WithListWorkflowsOptions(rows))
		if err != nil {
			return nil, err
		}
		for _, w := range stored {
			own := o.WorkflowIDs != nil || o.ApplicationName != nil || ownRow(w, d.config.AppName)
			if d.planned.amend(&w) && own && o.matchesPlanned(w) {
				list = append(list, w)
			}
		}
	}
	slices.SortFunc(list, func(a, b WorkflowStatus) int {
		if o.before(a, b) {
			return -1
		}
		return 1
	})
	return list, nil
}

func ownRow(w WorkflowStatus, app string) bool {
	return app == "" || w.ApplicationName == "" || w.ApplicationName == app
}

// workflows returns the planned workflows, and the ids of the others that a change is planned of;
// of the given ids if they are not nil.
func (o *overlay) workflows(ids []string) (made map[string]state, changed []string) {
	o.lock()
	defer o.mutex.Unlock()
	made = map[string]state{}
	for key, s := range o.things {
		switch {
		case key.of != Workflows || s.gone || ids != nil && !slices.Contains(ids, key.id):
		case s.made:
			made[key.id] = s
		default:
			changed = append(changed, key.id)
		}
	}
	for id := range o.marks {
		if _, known := o.things[thing{Workflows, id}]; !known && (ids == nil || slices.Contains(ids, id)) {
			changed = append(changed, id)
		}
	}
	slices.Sort(changed)
	return made, changed
}

// amend sets the planned state of a row. It returns false if the workflow would be gone.
func (o *overlay) amend(w *WorkflowStatus) bool {
	s, touched := o.get(Workflows, w.ID)
	if touched && !s.gone {
		s.amend(w)
	}
	o.amendMarks(w)
	return !s.gone
}

// amendMarks sets the columns of a row that marks change.
func (o *overlay) amendMarks(w *WorkflowStatus) {
	o.lock()
	m := o.marks[w.ID]
	o.mutex.Unlock()
	w.WasForkedFrom = w.WasForkedFrom || m.forked
	for _, amend := range m.amends {
		amend(w)
	}
	if w.Status != WorkflowStatusDelayed {
		w.HeldFrom = ""
	}
}

// touches reports whether a change of a workflow is planned.
func (o *overlay) touches(id string) bool {
	o.lockOwn()
	defer o.mutex.Unlock()
	_, marked := o.marks[id]
	_, touched := o.things[thing{Workflows, id}]
	return marked || touched
}

func (s state) amend(w *WorkflowStatus) {
	w.Status = WorkflowStatusType(s.status)
	if !s.cleared.IsZero() {
		w.StartedAt, w.CompletedAt = time.Time{}, time.Time{}
	}
	if !s.cleared.IsZero() && s.status == string(WorkflowStatusCancelled) {
		w.CompletedAt = s.cleared
	}
	if s.requeued {
		w.QueueName = s.queue
	}
	if s.freed {
		w.DeduplicationID = ""
	}
}

// planned returns the row of a workflow that the dry run would have made.
func (s state) planned(id string, o ListWorkflowsOptions) WorkflowStatus {
	w := WorkflowStatus{Name: s.name, QueueName: s.queue}
	if s.row != nil {
		w = *s.row
	}
	w.ID, w.ForkedFrom = id, s.from
	s.amend(&w)
	encoded, ok := w.Input.(codec.Encoded)
	switch {
	case !o.LoadInput:
		w.Input = nil
	case ok && !o.Lazy:
		w.Input = encoded.Decode()
	}
	return w
}

// row returns the row of the workflow at a place of the insertion.
func (in *insertion) row(i int) *WorkflowStatus {
	text := func(name string) string {
		value, _ := in.args[name].(*string)
		if value == nil {
			return ""
		}
		return *value
	}
	number := func(name string) int64 { value, _ := in.args[name].(int64); return value }
	debounced, _ := in.args["debounced"].(bool)
	codecName, _ := in.args["codec"].(string)
	w := &WorkflowStatus{Name: in.name, QueueName: in.queue, ApplicationVersion: text("version"), ClassName: text("class"),
		ConfigName: text("config"), QueuePartitionKey: text("partition"), AuthenticatedUser: text("user"), AssumedRole: text("role"),
		ScheduleName: text("schedule"), ApplicationName: text("owner"), IsDebounced: debounced, Priority: int(number("priority")),
		Timeout: time.Duration(number("timeout")) * time.Millisecond, DelayUntil: millis(number("delay_until")),
		Serialization: codecName, Input: codec.Encoded{Text: in.inputs[i], Codec: codecName}}
	if i < len(in.dedups) && in.dedups[i] != nil {
		w.DeduplicationID = *in.dedups[i]
	}
	if attributes, ok := in.args["attributes"].(string); ok {
		w.Attributes, _ = codec.Encoded{Text: attributes}.Decode().(map[string]any)
	}
	return w
}

// forkRow returns the row of a fork.
func forkRow(original WorkflowStatus, version *string, queue string, partition *string, timeout int64) *WorkflowStatus {
	w := WorkflowStatus{Name: original.Name, ClassName: original.ClassName, ConfigName: original.ConfigName, QueueName: queue,
		AuthenticatedUser: original.AuthenticatedUser, AssumedRole: original.AssumedRole, AuthenticatedRoles: original.AuthenticatedRoles,
		ApplicationID: original.ApplicationID, ApplicationVersion: original.ApplicationVersion, ApplicationName: original.ApplicationName,
		Attributes: original.Attributes, Serialization: original.Serialization, Input: original.Input, Timeout: time.Duration(timeout) * time.Millisecond}
	if version != nil {
		w.ApplicationVersion = *version
	}
	if partition != nil {
		w.QueuePartitionKey = *partition
	}
	return &w
}

// copyOriginals prepares the rows of planned forks.
func (d *dryRun) copyOriginals(p *preview) error {
	args, ok := p.detail.(forkColumns)
	if !ok {
		return nil
	}
	rows, err := d.ListWorkflows(WithListWorkflowsOptions(ListWorkflowsOptions{WorkflowIDs: unique(p.From), LoadInput: true, Lazy: true}))
	if err != nil {
		return failure(p.Op, err)
	}
	originals := make(map[string]WorkflowStatus, len(rows))
	for _, w := range rows {
		originals[w.ID] = w
	}
	p.row = func(i int) *WorkflowStatus {
		return forkRow(originals[p.From[i]], args.versions[i], args.queues[i], args.partitions[i], args.timeouts[i])
	}
	p.start = func(i int) *int64 { return &args.starts[i] }
	return nil
}

func (d *dryRun) GetWorkflowSteps(workflowID string) ([]StepInfo, error) {
	steps, err := d.ListWorkflowSteps(workflowID)
	if CodeOf(err) == NonExistentWorkflow {
		return []StepInfo{}, nil
	}
	return steps, err
}

// ListWorkflowSteps leaves out the steps that a planned rewind removes. For a planned fork it
// returns the steps of the original before the first step of the fork.
func (d *dryRun) ListWorkflowSteps(workflowID string, opts ...ListStepsOption) ([]StepInfo, error) {
	s, _ := d.planned.get(Workflows, workflowID)
	o := apply(opts)
	switch {
	case s.gone:
		return nil, noSuchWorkflow("get workflow steps", workflowID)
	case s.start == nil && !s.made:
		return d.systemClient.ListWorkflowSteps(workflowID, opts...)
	}
	if _, err := o.args("get workflow steps", workflowID); err != nil {
		return nil, err
	}
	if s.start == nil {
		return []StepInfo{}, nil
	}
	read := d.systemClient.ListWorkflowSteps
	if s.from != "" && s.made {
		workflowID, read = s.from, d.ListWorkflowSteps
	}
	steps, err := read(workflowID, WithStepsLoadOutput(o.LoadOutput))
	if err != nil {
		return nil, err
	}
	steps = slices.DeleteFunc(steps, func(step StepInfo) bool { return int64(step.StepID) >= *s.start })
	if o.Offset != nil {
		steps = steps[min(*o.Offset, len(steps)):]
	}
	if o.Limit != nil {
		steps = steps[:min(*o.Limit, len(steps))]
	}
	return steps, nil
}

// published returns true if a planned workflow has published nothing, and Unsupported for a planned
// fork and a planned rewind, because nothing shows what their steps leave of it.
func (d *dryRun) published(op, id string) (nothing bool, err error) {
	s, _ := d.planned.get(Workflows, id)
	switch {
	case s.gone:
		return false, noSuchWorkflow(op, id)
	case s.start != nil && *s.start > 0:
		return false, &Error{Code: Unsupported, Op: op, WorkflowID: id, Message: fmt.Sprintf("a dry run does not know what the planned run of %q has published", id)}
	}
	return s.made || s.start != nil, nil
}

func (d *dryRun) WorkflowEvents(workflowID string) (map[string]any, error) {
	if nothing, err := d.published("read events", workflowID); nothing || err != nil {
		return map[string]any{}, err
	}
	return d.systemClient.WorkflowEvents(workflowID)
}

func (d *dryRun) WorkflowStreams(workflowID string) (map[string][]any, error) {
	if s, _ := d.planned.get(Workflows, workflowID); s.start != nil && !s.made {
		return d.systemClient.WorkflowStreams(workflowID) // a rewind keeps the values
	}
	if nothing, err := d.published("read streams", workflowID); nothing || err != nil {
		return map[string][]any{}, err
	}
	return d.systemClient.WorkflowStreams(workflowID)
}

func (d *dryRun) WorkflowMessages(workflowID string) ([]WorkflowMessage, error) {
	s, _ := d.planned.get(Workflows, workflowID)
	switch {
	case s.gone:
		return nil, noSuchWorkflow("read messages", workflowID)
	case s.made:
		return []WorkflowMessage{}, nil
	}
	return d.systemClient.WorkflowMessages(workflowID)
}

// addPlannedForks adds the forks that are planned of the workflows of each root.
func (d *dryRun) addPlannedForks(forks map[string][]string, roots []string) {
	made, _ := d.planned.workflows(nil)
	ids := slices.Sorted(maps.Keys(made))
	for _, root := range roots {
		family := append([]string{root}, forks[root]...)
		for i := 0; i < len(family); i++ {
			for _, id := range ids {
				if made[id].from == family[i] && !slices.Contains(family, id) {
					family = append(family, id)
				}
			}
		}
		forks[root] = family[1:]
	}
}
