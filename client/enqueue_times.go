package client

import "github.com/dbos-script/dbos-script/client/internal/query"

// rowsPerMilli is the number of rows of one insert that have the same created_at, if the call
// took long enough. A list sorts all rows of a millisecond by their ids, although it may show
// only one of them.
const rowsPerMilli = 1000

// setTimes sets the times of the rows that one insert makes. now is their updated_at and the
// created_at of the last row. The rows before it are earlier, but not before the call started, so
// that a list of the workflows created since then has all of them, and so has a list of the
// workflows until now.
func setTimes(args query.Args, count int, started, now int64) {
	args["now"], args["created"] = now, spread(count, started, now)
	args["since"] = now
	if count > 0 {
		args["since"] = args["created"].([]int64)[0]
	}
}

// spread returns so many times up to now, in order.
func spread(count int, started, now int64) []int64 {
	times := make([]int64, count)
	steps := int64(max(count-1, 1))
	width := max(min(now-started, steps/rowsPerMilli), 0)
	for i := range times {
		times[i] = now - width + width*int64(i)/steps
	}
	if count == 1 {
		times[0] = now
	}
	return times
}
