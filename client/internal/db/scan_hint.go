package db

// A scanHint limits how Postgres may find the rows of a batch.
type scanHint int

const (
	anyScan     scanHint = iota // the planner decides
	plainScans                  // the planner decides, but does not compile the plan
	bitmapScans                 // one index, or several together
	indexScans                  // one index
)

// settings returns statements that run before a batch and end with its transaction. The planner
// knows nothing of a table that was never analysed. It would read all of it to find a hundred
// ids, or compile a plan to machine code that is not ready before the query ends. And the plan
// would depend on the present number of rows.
func (h scanHint) settings() string {
	const plain = `set_config('jit', 'off', true)`
	const common = plain + `, set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`
	switch h {
	case plainScans:
		return plain
	case indexScans:
		return common + `, set_config('enable_bitmapscan', 'off', true)`
	case bitmapScans:
		return common
	}
	return ""
}
