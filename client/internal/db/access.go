package db

// An access is how the rows of a table may be found.
type access int

const (
	free     access = iota // as the planner likes
	bitmaps                // by one index or several together
	ordinary               // by one index
)

// settings go before the statements of a batch, and end with its transaction. Of a table that was never analysed the
// planner knows nothing, so it would read all of it to find a hundred ids, or compile a plan to machine code that is
// done before the code is ready; and what it does would depend on how many rows there happen to be.
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
