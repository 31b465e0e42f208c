package lua

import (
	"time"

	"github.com/dbos-script/dbos-script/client/worker"
)

// talkers register workflows that receive, publish and write what their input says.
func talkers(w *worker.Worker) {
	for name, run := range map[string]worker.Workflow{"receive": receive, "tell": tell, "write": write, "converse": converse} {
		w.Register(name, run, worker.RegisterOptions{})
	}
}

const patience = 20 * time.Second

func member(r *worker.Run, name string) any {
	input, _ := r.Input().(map[string]any)
	return input[name]
}

func receive(r *worker.Run) (any, error) {
	count, _ := member(r, "count").(int64)
	topic, _ := member(r, "topic").(string)
	got := []any{}
	for range count {
		message, err := r.Recv(topic, patience)
		if err != nil {
			return nil, err
		}
		got = append(got, message)
	}
	return got, nil
}

// tell publishes one value after the other.
func tell(r *worker.Run) (any, error) {
	values, _ := member(r, "progress").([]any)
	for _, value := range values {
		if err := r.SetEvent("progress", value); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func write(r *worker.Run) (any, error) {
	values, _ := member(r, "values").([]any)
	for _, value := range values {
		if err := r.WriteStream("lines", value); err != nil {
			return nil, err
		}
	}
	switch member(r, "close") {
	case "bare":
		return nil, r.CloseStream("lines", worker.BareEnd)
	case "quoted":
		return nil, r.CloseStream("lines", worker.QuotedEnd)
	}
	return nil, nil
}

// converse writes 1, and then each number it is sent until that is null.
func converse(r *worker.Run) (any, error) {
	for next, count := any(1), 0; ; count++ {
		if next == nil {
			return count, nil
		}
		err := r.WriteStream("lines", next)
		if err == nil {
			next, err = r.Recv("", patience)
		}
		if err != nil {
			return nil, err
		}
	}
}
