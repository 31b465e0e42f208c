package monitor

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// A source counts its questions, and takes as long as a test says by the clock of the test.
type source struct {
	mutex sync.Mutex
	now   time.Time
	asked int
	takes time.Duration
	err   error
}

func (s *source) clock() time.Time {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.now
}

func (s *source) read(context.Context) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.asked++
	s.now = s.now.Add(s.takes)
	return s.asked, s.err
}

func (s *source) pass(d time.Duration) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.now = s.now.Add(d)
}

func TestASourceIsAskedSeldom(t *testing.T) {
	t.Parallel()
	s := &source{now: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), takes: time.Second}
	r := &Reading[int]{Read: s.read, Every: 15 * time.Second, Patience: time.Minute, Now: s.clock}
	expect := func(when string, want int) {
		t.Helper()
		if a := r.Get(t.Context()); a.Value != want || a.Err != nil || a.Took != s.takes {
			t.Errorf("%s: %+v, want answer %d", when, a, want)
		}
	}
	expect("first", 1)
	expect("at once again", 1)
	s.pass(13 * time.Second)
	expect("a moment before it is old", 1)
	s.pass(time.Second)
	expect("when it is old", 2)
	s.pass(-time.Hour)
	expect("after the clock was set back", 3)
	s.takes = 3 * time.Second
	s.pass(time.Minute)
	expect("slowly", 4)
	s.pass(26 * time.Second)
	expect("not yet, because it took three seconds", 4)
	s.pass(time.Second)
	expect("after ten times as long", 5)
}

func TestAnErrorIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	s := &source{now: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), takes: 3 * time.Second, err: errors.New("down")}
	r := &Reading[int]{Read: s.read, Every: 4 * time.Second, Patience: time.Minute, Now: s.clock}
	for range 3 {
		if a := r.Get(t.Context()); a.Err == nil || s.asked != 1 {
			t.Fatalf("%+v after %d questions", a, s.asked)
		}
	}
	s.err = nil
	s.pass(time.Second)
	if a := r.Get(t.Context()); a.Err != nil || a.Value != 2 {
		t.Errorf("%+v", a)
	}
}

// Readers that come while the source is asked share its answer. One that waits too long gets
// ErrSlow, and the answer counts when it comes.
func TestReadersShareAQuestion(t *testing.T) {
	t.Parallel()
	release, asked := make(chan struct{}), make(chan struct{}, 10)
	r := &Reading[string]{Every: time.Hour, Patience: time.Hour, Now: time.Now, Read: func(context.Context) (string, error) {
		asked <- struct{}{}
		<-release
		return "late", nil
	}}
	impatient, cancel := context.WithCancel(t.Context())
	first := make(chan Answer[string], 1)
	go func() { first <- r.Get(impatient) }()
	<-asked
	cancel()
	if a := <-first; !errors.Is(a.Err, ErrSlow) {
		t.Errorf("the impatient one got %+v", a)
	}
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			if a := r.Get(t.Context()); a.Value != "late" || a.Err != nil {
				t.Errorf("a reader got %+v", a)
			}
		})
	}
	close(release)
	readers.Wait()
	if len(asked) != 0 {
		t.Errorf("the source was asked %d times more", len(asked))
	}
}
