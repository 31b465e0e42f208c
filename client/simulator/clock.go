package simulator

import (
	"sync"
	"time"
)

// A Clock is a time that stands still until a test moves it. It is safe for concurrent use.
type Clock struct {
	mutex   sync.Mutex
	present time.Time
}

// NewClock returns a clock that shows start until it is moved.
func NewClock(start time.Time) *Clock { return &Clock{present: start} }

// Now is the time the clock stands at.
func (c *Clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.present
}

// Advance moves the clock forward and returns its new time.
func (c *Clock) Advance(by time.Duration) time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.present = c.present.Add(by)
	return c.present
}

// Set moves the clock to a time.
func (c *Clock) Set(to time.Time) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.present = to
}
