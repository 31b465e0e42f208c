package openmetrics

import "slices"

// A Distribution counts values by size. It is for one goroutine at a time.
type Distribution struct {
	bounds []float64 // ascending
	counts []uint64  // of the values up to a bound, and above the one before it
	sum    float64
	count  uint64
}

// NewDistribution returns an empty distribution with these bounds, which ascend.
func NewDistribution(bounds ...float64) *Distribution {
	return &Distribution{bounds: bounds, counts: make([]uint64, len(bounds))}
}

// Observe adds a value.
func (d *Distribution) Observe(value float64) {
	d.sum += value
	d.count++
	if at, _ := slices.BinarySearch(d.bounds, value); at < len(d.bounds) {
		d.counts[at]++
	}
}

// Copy returns a distribution with the same values.
func (d *Distribution) Copy() *Distribution {
	copied := *d
	copied.counts = slices.Clone(d.counts)
	return &copied
}
