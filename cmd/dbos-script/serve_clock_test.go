package main

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/dbos-script/dbos-script/client/simulator"
)

// A heldClock stands still until a test moves it, and then wakes up who waits.
type heldClock struct {
	*simulator.Clock
	mutex   sync.Mutex
	waiting map[chan time.Time]time.Time
	asked   map[time.Duration]int // how often somebody began to wait so long
}

func newHeldClock() *heldClock {
	start := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	return &heldClock{Clock: simulator.NewClock(start), waiting: map[chan time.Time]time.Time{}, asked: map[time.Duration]int{}}
}

func (c *heldClock) After(d time.Duration) <-chan time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	woken := make(chan time.Time, 1)
	c.waiting[woken] = c.Now().Add(d)
	c.asked[d]++
	return woken
}

// began counts the waits of a length that have begun.
func (c *heldClock) began(d time.Duration) int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.asked[d]
}

func (c *heldClock) sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-c.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *heldClock) move(by time.Duration) {
	now := c.Advance(by)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for woken, at := range c.waiting {
		if !now.Before(at) {
			woken <- now
			delete(c.waiting, woken)
		}
	}
}

// A notebook takes what several goroutines write.
type notebook struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (n *notebook) Write(p []byte) (int, error) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.text.Write(p)
}

func (n *notebook) String() string {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.text.String()
}
