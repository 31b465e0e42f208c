package goclient

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// A scenario that measures its calls makes another call first, which opens the connection, prepares
// the statements, and reads the facts that the client keeps. If its own call can be made only once,
// it lists a workflow instead.

const topic = "news"

func message(i int) any { return map[string]any{"number": i, "text": "the parcel has left the house"} }

func send(c client.Client, t task.Task) (task.Finding, error) {
	if err := c.Send(t.ID(1), message(0), topic); err != nil {
		return task.Finding{}, err
	}
	return t.Loop(func(i int) error { return c.Send(t.ID(1), message(i), topic) })
}

func sendMany(c client.Client, t task.Task) (task.Finding, error) {
	messages := make([]client.Message, t.Count)
	for i := range messages {
		messages[i] = client.Message{DestinationID: t.ID(i + 1), Message: message(i), Topic: topic}
	}
	if err := c.SendMany(messages[:task.Few]); err != nil {
		return task.Finding{}, err
	}
	return all(t, func([]string) error { return c.SendMany(messages) })
}

func readStream(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ListWorkflows(client.WithLimit(1)); err != nil {
		return task.Finding{}, err
	}
	var values []any
	seconds, err := task.Timed(func() (err error) {
		values, _, err = c.ReadStream(t.ID(1), task.Stream)
		return err
	})
	return counted(t, len(values), seconds, err)
}

// maxWait bounds each wait for an event or for the end of a workflow, which the harness causes.
const maxWait = time.Minute

// announce writes to the harness that the wait number i begins. The harness then causes the event,
// and notes the moment, from which the delay of Finding.Seen counts.
func announce(i int) error { return json.NewEncoder(os.Stdout).Encode(task.Finding{Waiting: &i}) }

// getEvent waits for one event after the other; the harness publishes each after it was announced.
func getEvent(c client.Client, t task.Task) (task.Finding, error) {
	finding := task.Finding{Items: t.Count}
	for i := range t.Count {
		if err := announce(i); err != nil {
			return finding, err
		}
		if _, err := c.GetEvent(t.ID(1), task.Key(i), maxWait); err != nil {
			return finding, err
		}
		finding.Seen = append(finding.Seen, task.Now())
	}
	return finding, nil
}

// finished waits for workflows that have all ended before the wait begins.
func finished(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ListWorkflows(client.WithLimit(1)); err != nil {
		return task.Finding{}, err
	}
	return all(t, func(ids []string) error {
		outcomes, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: maxWait}))
		if err == nil && outcomes[len(outcomes)-1].Result == nil {
			err = fmt.Errorf("no result: %v", outcomes[len(outcomes)-1])
		}
		return err
	})
}

// queued waits for workflows that the harness lets end one by one, in one call for all of them, so
// there is one announcement. Seen holds the moment at which the call passed on each end.
func queued(c client.Client, t task.Task) (task.Finding, error) {
	seen := map[string]float64{}
	each := func(id string, _ client.WorkflowStatusType) error {
		seen[id] = task.Now()
		return nil
	}
	if err := announce(0); err != nil {
		return task.Finding{}, err
	}
	finding, err := all(t, func(ids []string) error {
		_, err := c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: maxWait, Each: each}))
		return err
	})
	for _, id := range t.IDs(t.Count) {
		finding.Seen = append(finding.Seen, seen[id])
	}
	return finding, err
}
