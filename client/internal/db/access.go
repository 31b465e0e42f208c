package db

// An access is how the rows of a table may be found.
type access int

const (
	free     access = iota // as the planner likes
	bitmaps                // by one index or several together
	ordinary               // by one index
)

// settings returns statements that run before a batch and end with its transaction. The planner
// knows nothing of a table that was never analysed. It would read all of it to find a hundred
// ids, or compile a plan to machine code that is not ready before the query ends. And the plan
// would depend on the present number of rows.
func (a access) settings() string {
	const common = `set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
	set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)`
	switch a {
	case ordinary:
		return common + `, set_config('enable_bitmapscan', 'off', true)`
	case bitmaps:
		return common
	}
	return ""
}
