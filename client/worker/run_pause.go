package worker

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Pause lets a run wait until a time outside of memory. It is for functions that record their steps
// themselves, and records nothing: the run waits for what remains of a recorded wait. In an
// Executor it returns an error always, with which the function must return; the function is called
// again when the wait is over.
func (r *Run) Pause(until time.Time) error {
	return r.boundary(wait{until: until, leaves: true})
}

// PauseForMessage is Pause until a message has come on a topic, or on none if topic is empty, and
// until the time at the latest.
func (r *Run) PauseForMessage(topic string, until time.Time) error {
	if topic == "" {
		topic = noTopic
	}
	return r.boundary(wait{until: until, leaves: true, on: watch{watchMessage, r.id, topic}, ready: func() (bool, error) {
		f, err := r.find(selectMessage, query.Args{"id": r.id, "topic": topic}, func(f *awaited) []any { return []any{&f.key, &f.value, &f.codec} })
		return f != nil, err
	}})
}
