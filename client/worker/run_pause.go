package worker

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Pause ends this execution of the run, and the executor calls the function again at a time. It
// records nothing, so the function must have recorded the end of the wait. In an Executor it always
// returns an error, with which the function must return.
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
