package client

import (
	"cmp"
	"maps"
	"sync"
	"time"
)

// An overlay holds the changes that the dry runs on one database have planned.
type overlay struct {
	mutex     sync.Mutex
	things    map[thing]state
	marks     map[string]mark  // of workflows
	dedups    map[dedup]string // the workflows that would hold a deduplication id
	schedules map[string]*WorkflowSchedule
	queues    map[string]Queue
	bulks     int64 // bulk runs with limits

	packs  bool          // a bulk run is under way
	packed []*packedPage // what it has changed
}

// A thing is a workflow, schedule, version or queue by its id or name.
type thing struct {
	of Subject
	id string
}

// A state is the state of a workflow, schedule or version after the planned changes.
type state struct {
	status, name, queue string
	from                string // the original of a fork
	made, gone          bool
	moved               bool            // the state differs from that in the database
	cleared             time.Time       // when a change has cleared the times at which it started and ended; zero if none has
	freed               bool            // it has released its deduplication id
	requeued            bool            // queue is the queue after the change
	row                 *WorkflowStatus // of a workflow that is made
	start               *int64          // the steps from this one on are removed, or not taken over
	updated             int64           // when it last changed, in milliseconds; of a workflow that was read
	again               bool            // set by exists, if a change of it was planned before
}

// A mark is a change of a workflow in columns other than its state and queue.
type mark struct {
	forked bool                    // something is forked from it
	amends []func(*WorkflowStatus) // set the changed columns, in the order of the changes
}

// A dedup is a deduplication id on a queue.
type dedup struct{ queue, id string }

func newOverlay() *overlay {
	return &overlay{things: map[thing]state{}, marks: map[string]mark{}, dedups: map[dedup]string{}, schedules: map[string]*WorkflowSchedule{},
		queues: map[string]Queue{}}
}

// nextBulk returns the number of another bulk run with limits.
func (o *overlay) nextBulk() int64 {
	o.lock()
	defer o.mutex.Unlock()
	o.bulks++
	return o.bulks
}

// get returns the planned state of a thing, and false if no change of it is planned.
func (o *overlay) get(of Subject, id string) (state, bool) {
	o.lock()
	defer o.mutex.Unlock()
	s, touched := o.things[thing{of, id}]
	return s, touched
}

// forked returns the originals of which a fork is planned.
func (o *overlay) forked(originals []string) map[string]bool {
	if len(originals) == 0 {
		return nil
	}
	o.lock()
	defer o.mutex.Unlock()
	forked := map[string]bool{}
	for _, id := range originals {
		if o.marks[id].forked {
			forked[id] = true
		}
	}
	return forked
}

// record keeps the effects of a preview.
func (o *overlay) record(p *preview) {
	o.lockOwn()
	defer o.mutex.Unlock()
	pages := map[state]*packedPage{}
	for i, e := range p.Effects {
		key := thing{p.Of, p.IDs[i]}
		if o.pack(p, e, key.id, pages) {
			continue
		}
		o.mark(p, key.id, e)
		switch {
		case e.Effect == EffectNew:
			o.things[key] = p.stateOfNew(i, e)
		case e.Effect == EffectChange && p.deletes:
			o.things[key] = state{gone: true}
		case e.Effect == EffectChange:
			s := p.stateAfter(o.things[key], e)
			if p.start != nil {
				s.start = earlier(s.start, p.start(i))
			}
			o.things[key] = s
		}
	}
}

// mark keeps the changes of other columns than state and queue.
func (o *overlay) mark(p *preview, id string, e PlannedEffect) {
	if e.Effect == EffectNew && e.Original != "" && p.Of == Workflows {
		m := o.marks[e.Original]
		m.forked = true
		o.marks[e.Original] = m
	}
	if e.Effect == EffectChange && p.amend != nil {
		m := o.marks[id]
		m.amends = append(m.amends, p.amend)
		o.marks[id] = m
	}
}

// stateOfNew returns the state of a thing that the change makes.
func (p *preview) stateOfNew(i int, e PlannedEffect) state {
	s := state{status: string(p.to), name: e.Name, queue: p.Queue, from: e.Original, made: true, moved: true}
	if p.Of == Workflows {
		s.row = &WorkflowStatus{Name: e.Name, QueueName: p.Queue}
		if p.row != nil {
			s.row = p.row(i)
		}
		s.row.CreatedAt, s.row.UpdatedAt = p.at, p.at
		s.queue = s.row.QueueName
	}
	if p.start != nil {
		s.start = p.start(i)
	}
	return s
}

// earlier returns the lower of two steps, or the second if the first is nil.
func earlier(one, other *int64) *int64 {
	if one != nil && *one < *other {
		return one
	}
	return other
}

// stateAfter returns the state of a thing that existed before.
func (p *preview) stateAfter(before state, e PlannedEffect) state {
	s := before
	s.status, s.name = e.Status, e.Name
	s.freed = s.freed || p.freesDedup
	if p.freesDedup || p.Op == opRecover {
		s.cleared = p.at
	}
	if p.Queue != "" || p.to == WorkflowStatusCancelled {
		s.queue, s.requeued = p.Queue, true // cancelling clears it
	}
	if queue, moves := p.queues[e.ID]; moves {
		s.queue, s.requeued = queue, true
	}
	if p.to != "" && !p.overwrites {
		s.status, s.moved = string(p.to), true
	}
	return s
}

// occupy takes the deduplication ids of an insertion. It returns QueueDeduplicated if one is held,
// and takes none then; with DeduplicationPolicyReturnExisting the holder replaces the new workflow.
// A workflow that exists, in the database or by plan, takes none. holders and known are what the
// database holds.
func (o *overlay) occupy(w *write, in *insertion, holders map[string]string, known map[string]bool) error {
	o.lock()
	defer o.mutex.Unlock()
	taken := map[dedup]string{}
	for i, id := range in.dedupIDs {
		if o.exists(in.ids[i], known) {
			continue
		}
		key := dedup{in.queue, id}
		holder := cmp.Or(taken[key], o.dedups[key], holders[id])
		switch {
		case holder == "" || holder == in.ids[i] || o.released(holder):
			taken[key] = in.ids[i]
		case in.policy == DeduplicationPolicyReturnExisting:
			w.IDs = []string{holder}
		default:
			return in.deduplicated(nil)
		}
	}
	maps.Copy(o.dedups, taken)
	return nil
}

func (o *overlay) exists(id string, known map[string]bool) bool {
	if s, touched := o.things[thing{Workflows, id}]; touched {
		return !s.gone
	}
	return known[id]
}

// inUse returns the first id of an insertion that rejects ids in use and that a workflow has, in
// the database or by plan, or "".
func (o *overlay) inUse(in *insertion, used map[string]bool) string {
	o.lock()
	defer o.mutex.Unlock()
	for _, id := range in.ids {
		if in.reject && o.exists(id, used) {
			return id
		}
	}
	return ""
}

// released returns true if a workflow would no longer hold its deduplication id.
func (o *overlay) released(holder string) bool {
	s := o.things[thing{Workflows, holder}]
	return s.gone || s.freed
}

// conflict returns UnexpectedWorkflow if a planned workflow of another name or queue has an id of
// the insertion.
func (o *overlay) conflict(in *insertion) error {
	for _, id := range in.ids {
		s, touched := o.get(Workflows, id)
		if !touched || s.gone || s.name == in.name && (s.queue == "" || s.queue == in.queue) {
			continue
		}
		return &Error{Code: UnexpectedWorkflow, Op: in.op, WorkflowID: id, QueueName: in.queue, Message: s.describeID(id)}
	}
	return nil
}

// debounced returns the workflow that a planned debounce has made for a key, or "".
func (o *overlay) debounced(queue string, keys []string) string {
	o.lock()
	defer o.mutex.Unlock()
	for _, key := range keys {
		if holder := o.dedups[dedup{queue, key}]; holder != "" && !o.released(holder) {
			return holder
		}
	}
	return ""
}

// hold makes a workflow the holder of a key.
func (o *overlay) hold(queue, key, id string) {
	o.lock()
	defer o.mutex.Unlock()
	o.dedups[dedup{queue, key}] = id
}

// define keeps planned schedules.
func (o *overlay) define(inputs ...ClientScheduleInput) {
	o.lock()
	defer o.mutex.Unlock()
	for _, input := range inputs {
		o.schedules[input.ScheduleName] = input.record()
	}
}

// redefine records a schedule as a change of it would leave it.
func (o *overlay) redefine(s *WorkflowSchedule) {
	o.lock()
	defer o.mutex.Unlock()
	o.schedules[s.ScheduleName] = s
}

// plannedSchedules returns the planned definitions.
func (o *overlay) plannedSchedules() (list []WorkflowSchedule) {
	o.lock()
	defer o.mutex.Unlock()
	for _, s := range o.schedules {
		list = append(list, *s)
	}
	return list
}

// schedule returns a planned schedule, or nil.
func (o *overlay) schedule(name string) *WorkflowSchedule {
	o.lock()
	defer o.mutex.Unlock()
	if o.things[thing{Schedules, name}].gone {
		return nil
	}
	return o.schedules[name]
}
