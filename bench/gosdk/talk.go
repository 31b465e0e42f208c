package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

const topic = "news"

func message(i int) map[string]any {
	return map[string]any{"number": i, "text": "the parcel has left the house"}
}

func key(i int) string { return fmt.Sprintf("key-%d", i) }

func (p program) send() error {
	one := func(i int) error { return dbos.Send(p.client, p.task.id(1), message(i), topic) }
	if err := one(0); err != nil {
		return err
	}
	return p.task.loop(one)
}

func (p program) sendMany() error {
	return p.set(func(ids []string) error {
		messages := make([]dbos.SendMessage, len(ids))
		for i, id := range ids {
			messages[i] = dbos.SendMessage{DestinationID: id, Message: message(i), Topic: topic}
		}
		return dbos.SendBulk(p.client, messages)
	})
}

// maxWait is the longest wait for something that the harness causes.
const maxWait = time.Minute

// getEvent waits for one event after the other; the harness publishes each after it was announced.
func (p program) getEvent() error {
	f := finding{Items: p.task.Count}
	for i := range p.task.Count {
		if err := announce(i); err != nil {
			return err
		}
		if _, err := dbos.GetEvent[map[string]any](p.client, p.task.id(1), key(i), maxWait); err != nil {
			return err
		}
		f.Seen = append(f.Seen, now())
	}
	return f.report()
}

// results waits for all workflows of the task, each in a goroutine, and returns when each was seen.
func (p program) results() ([]float64, error) {
	seen := make([]float64, p.task.Count)
	failed := make([]error, p.task.Count)
	var group sync.WaitGroup
	for i, id := range p.task.ids() {
		group.Go(func() {
			handle, err := dbos.RetrieveWorkflow[any](p.client, id)
			if err == nil {
				_, err = handle.GetResult()
			}
			seen[i], failed[i] = now(), err
		})
	}
	group.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return seen, nil
}

func (p program) finished() error {
	if err := p.warm(); err != nil {
		return err
	}
	return p.task.once(func() error {
		_, err := p.results()
		return err
	})
}

// queued waits for workflows that the harness lets end one by one.
func (p program) queued() error {
	if err := announce(0); err != nil {
		return err
	}
	seen, err := p.results()
	if err != nil {
		return err
	}
	return finding{Items: p.task.Count, Seen: seen}.report()
}
