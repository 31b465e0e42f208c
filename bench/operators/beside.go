package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// enqueuePause is the time from one enqueue to the next: the load of an application that is awake.
const enqueuePause = 10 * time.Millisecond

// times are the median and the 99th percentile of some calls, in seconds.
type times struct{ median, p99 float64 }

func (t times) String() string { return fmt.Sprintf("%.2f/%.2f ms", 1000*t.median, 1000*t.p99) }

func timesOf(took []time.Duration) times {
	slices.Sort(took)
	at := func(part float64) float64 { return took[int(part*float64(len(took)-1))].Seconds() }
	return times{at(0.5), at(0.99)}
}

// enqueueBeside enqueues one workflow after the other until stop is called, which returns how long
// the calls took.
func enqueueBeside(ctx context.Context, url string) (stop func() (times, error), err error) {
	c, err := client.NewClient(ctx, client.ClientConfig{DatabaseURL: url, SDK: client.SDKGo})
	if err != nil {
		return nil, err
	}
	// The first call looks the queue up.
	if _, err := c.Enqueue("orders", "process_order", input(0)); err != nil {
		c.Shutdown(0)
		return nil, err
	}
	var took []time.Duration
	ended, done := make(chan struct{}), make(chan error)
	go func() {
		for number := 1; ; number++ {
			began := time.Now()
			_, err := c.Enqueue("orders", "process_order", input(number))
			took = append(took, time.Since(began))
			if err != nil {
				done <- err
				return
			}
			select {
			case <-ended:
				done <- nil
				return
			case <-time.After(enqueuePause - took[len(took)-1]):
			}
		}
	}()
	return func() (times, error) {
		close(ended)
		err := <-done
		c.Shutdown(0)
		if len(took) == 0 {
			err = errors.Join(err, errors.New("nothing was enqueued"))
		}
		if err != nil {
			return times{}, err
		}
		return timesOf(took), nil
	}, nil
}

func input(number int) any {
	return map[string]any{"order": number, "customer": "ann@example.org", "items": []any{1, 2, 3}}
}
