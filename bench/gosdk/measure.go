package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A task has the fields of bench/task.
type task struct {
	Scenario string    `json:"scenario"`
	URL      string    `json:"url"`
	Prefix   string    `json:"prefix"`
	Count    int       `json:"count"`
	Page     int       `json:"page"`
	Callers  int       `json:"callers"`
	Payloads bool      `json:"payloads"`
	Decode   bool      `json:"decode"`
	Name     string    `json:"name"`
	Filter   string    `json:"filter"`
	Format   string    `json:"format"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
}

// A finding has the fields of bench/task.
type finding struct {
	Seconds float64   `json:"seconds"`
	P99     float64   `json:"p99,omitempty"`
	Items   int       `json:"items"`
	Memory  int64     `json:"memory,omitempty"`
	Seen    []float64 `json:"seen,omitempty"`
	Waiting *int      `json:"waiting,omitempty"`
}

func (f finding) report() error { return json.NewEncoder(os.Stdout).Encode(f) }

func announce(i int) error { return finding{Waiting: &i}.report() }

// warmUps is the number of workflows that a bulk call warms up with.
const warmUps = 2

func (t task) id(i int) string { return fmt.Sprintf("%s-%07d", t.Prefix, i) }

func (t task) ids() []string {
	ids := make([]string, t.Count)
	for i := range ids {
		ids[i] = t.id(i + 1)
	}
	return ids
}

func (t task) spare() []string { return []string{t.id(t.Count + 1), t.id(t.Count + warmUps)} }

func now() float64 { return float64(time.Now().UnixMicro()) / 1e6 }

// once measures one call and reports how long it took.
func (t task) once(call func() error) error {
	start := time.Now()
	if err := call(); err != nil {
		return err
	}
	return finding{Seconds: time.Since(start).Seconds(), Items: t.Count}.report()
}

// loop measures each call of all callers, and reports the median and the 99th percentile of the
// second half: the first one warms up.
func (t task) loop(call func(i int) error) error {
	callers := max(1, t.Callers)
	count := t.Count / callers
	var group errgroup.Group
	var mutex sync.Mutex
	var warm []float64
	for range callers {
		group.Go(func() error {
			times := make([]float64, count)
			for i := range times {
				start := time.Now()
				if err := call(i); err != nil {
					return err
				}
				times[i] = time.Since(start).Seconds()
			}
			mutex.Lock()
			defer mutex.Unlock()
			warm = append(warm, times[count/2:]...)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	slices.Sort(warm)
	return finding{Seconds: warm[len(warm)/2], P99: warm[len(warm)*99/100], Items: t.Count}.report()
}

// callers is the number of goroutines that make single calls if the client has no bulk call.
const callers = 8

// spread makes a call for each number below count, by so many callers at a time.
func spread(count int, call func(i int) error) error {
	var group errgroup.Group
	group.SetLimit(callers)
	for i := range count {
		group.Go(func() error { return call(i) })
	}
	return group.Wait()
}
