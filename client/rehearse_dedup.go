package client

import "fmt"

// occupy takes the deduplication ids of an insertion, and fails where one is taken; with
// return_existing the holder of the one that is takes the place of the new workflow.
func (r *rehearsal) occupy(s *step, in *insertion, holders map[string]string) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i, id := range in.dedupIDs {
		key := dedup{in.queue, id}
		holder := holders[id]
		if own := r.dedups[key]; own != "" {
			holder = own
		}
		switch {
		case holder == "" || holder == in.ids[i] || r.lets(holder):
			r.dedups[key] = in.ids[i]
		case in.policy == DeduplicationPolicyReturnExisting:
			s.IDs = []string{holder}
		default:
			return in.deduplicated(nil)
		}
	}
	return nil
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

// debounced is the workflow that a debounce of this run has made for a key; else the key is taken for id.
func (r *rehearsal) debounced(queue string, keys []string, id string) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, key := range keys {
		if holder := r.dedups[dedup{queue, key}]; holder != "" && !r.lets(holder) {
			return holder
		}
	}
	r.dedups[dedup{queue, keys[0]}] = id
	return ""
}
