package db

// A scanHint limits how Postgres may find the rows of a batch.
type scanHint int

const (
	plannedScans scanHint = iota // the planner decides
	keyedScans                   // the planner decides, and no plan is dear enough to be compiled
	bitmapScans                  // one index, or several together
	indexScans                   // one index
)

// settings returns statements that run before a batch and end with its transaction. No plan is
// compiled to machine code, because that takes longer than most queries. A setting at the start of
// the session would not do: a pooler refuses it, and gives each transaction another session.
//
// The planner knows nothing of a table that was never analysed. It would read all of it to find a
// hundred ids, and the plan would depend on the present number of rows.
func (h scanHint) settings() string {
	const uncompiled = `set_config('jit', 'off', true)`
	const indexed = uncompiled + `, set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`
	switch h {
	case keyedScans:
		return ""
	case indexScans:
		return indexed + `, set_config('enable_bitmapscan', 'off', true)`
	case bitmapScans:
		return indexed
	}
	return uncompiled
}
