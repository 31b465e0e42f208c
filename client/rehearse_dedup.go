package client

import (
	"cmp"
	"fmt"
	"maps"
)

// occupy takes the deduplication ids of an insertion, and fails where one is taken; with return_existing the holder takes
// the place of the new workflow. A workflow that exists, in the database or in the rehearsal, takes none. Nothing is taken
// by a call that fails.
func (r *rehearsal) occupy(s *step, in *insertion, holders map[string]string, known map[string]bool) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	taken := map[dedup]string{}
	for i, id := range in.dedupIDs {
		if r.exists(in.ids[i], known) {
			continue
		}
		key := dedup{in.queue, id}
		holder := cmp.Or(taken[key], r.dedups[key], holders[id])
		switch {
		case holder == "" || holder == in.ids[i] || r.lets(holder):
			taken[key] = in.ids[i]
		case in.policy == DeduplicationPolicyReturnExisting:
			s.IDs = []string{holder}
		default:
			return in.deduplicated(nil)
		}
	}
	maps.Copy(r.dedups, taken)
	return nil
}

// exists tells whether a workflow is there in the rehearsal; known are those of the database.
func (r *rehearsal) exists(id string, known map[string]bool) bool {
	if s, touched := r.things[thing{Workflows, id}]; touched {
		return !s.gone
	}
	return known[id]
}

// lets tells whether a workflow would have let go of its deduplication id.
func (r *rehearsal) lets(holder string) bool {
	known := r.things[thing{Workflows, holder}]
	return known.gone || known.freed
}

// stranger is why an id that this run has touched cannot be that of a new workflow; nil when it can.
func (r *rehearsal) stranger(in *insertion) error {
	for _, id := range in.ids {
		known, touched := r.get(Workflows, id)
		if !touched || known.gone || known.name == in.name && (known.queue == "" || known.queue == in.queue) {
			continue
		}
		return &Error{Kind: UnexpectedWorkflow, Op: in.op, WorkflowID: id, QueueName: in.queue,
			Message: fmt.Sprintf("workflow %q exists and is %s", id, describe(known.name, known.queue, "", ""))}
	}
	return nil
}

// debounced is the workflow that a debounce of this run has made for a key, empty if there is none.
func (r *rehearsal) debounced(queue string, keys []string) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, key := range keys {
		if holder := r.dedups[dedup{queue, key}]; holder != "" && !r.lets(holder) {
			return holder
		}
	}
	return ""
}

// debounce takes a key for a workflow.
func (r *rehearsal) debounce(queue, key, id string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.dedups[dedup{queue, key}] = id
}
