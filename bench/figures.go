package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A figure summarises several samples.
type figure struct {
	Median float64 `json:"median"`
	Least  float64 `json:"least"`
	Most   float64 `json:"most"`
}

// of returns the median, the least and the greatest value of at least one sample.
func of(samples []sample, value func(sample) float64) figure {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = value(s)
	}
	slices.Sort(values)
	middle := len(values) / 2
	median := values[middle]
	if len(values)%2 == 0 {
		median = (values[middle-1] + values[middle]) / 2
	}
	return figure{median, values[0], values[len(values)-1]}
}

// middle is the sample whose time is the median; there is at least one.
func middle(samples []sample) sample {
	slices.SortFunc(samples, func(a, b sample) int { return cmp.Compare(a.Seconds, b.Seconds) })
	return samples[len(samples)/2]
}

func (s sample) time() float64     { return s.Seconds }
func (s sample) slowest() float64  { return s.P99 }
func (s sample) work() float64     { return s.CPU }
func (s sample) peak() float64     { return float64(s.Memory) }
func (s sample) trips() float64    { return s.Trips }
func (s sample) rate() float64     { return s.Rate }
func seconds(s float64) string     { return rounded(time.Duration(s * float64(time.Second))).String() }
func megabytes(count int64) string { return fmt.Sprintf("%.1f MB", float64(count)/1e6) }
func (f figure) spread() string    { return fmt.Sprintf("%s–%s", seconds(f.Least), seconds(f.Most)) }

// rounded keeps three digits.
func rounded(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}
