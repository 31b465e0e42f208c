package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// Request is one thing to ask of the application. Do is the verb; which other fields count
// depends on it, as app/control.mjs says.
type Request struct {
	Do         string         `json:"do"`
	Method     string         `json:"method,omitempty"`
	Workflow   string         `json:"workflow,omitempty"`
	Instance   string         `json:"instance,omitempty"`
	WorkflowID string         `json:"workflowID,omitempty"`
	Args       []any          `json:"args,omitempty"`
	Options    map[string]any `json:"options,omitempty"`
	Key        string         `json:"key,omitempty"`
	// Period and Timeout are a debounce's, in milliseconds.
	Period  int `json:"period,omitempty"`
	Timeout int `json:"timeout,omitempty"`
}

// RemoteError is an error that the application's SDK raised while it served a request.
type RemoteError struct {
	Name    string `json:"name"`
	Message string `json:"message"`
}

func (e *RemoteError) Error() string { return e.Name + ": " + e.Message }

type response struct {
	ID    int             `json:"id"`
	Ready bool            `json:"ready"`
	Value json.RawMessage `json:"value"`
	Error *RemoteError    `json:"error"`
}

// pending holds, for each request that waits, where its response goes.
type pending struct {
	mutex   sync.Mutex
	next    int
	waiting map[int]chan response
}

func newPending() *pending { return &pending{waiting: map[int]chan response{}} }

func (p *pending) add() (int, <-chan response) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.next++
	answer := make(chan response, 1)
	p.waiting[p.next] = answer
	return p.next, answer
}

func (p *pending) answer(response response) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if answer, ok := p.waiting[response.ID]; ok {
		answer <- response
		delete(p.waiting, response.ID)
	}
}

// Ask sends a request and decodes the answer into value, or drops it if value is nil. An error of
// the SDK is a [RemoteError].
func (a *Application) Ask(ctx context.Context, request Request, value any) error {
	id, answer := a.pending.add()
	if err := a.send(id, request); err != nil {
		return err
	}
	select {
	case response := <-answer:
		return response.decode(value)
	case <-a.ended:
		return a.failure(fmt.Sprintf("the application ended during %q", request.Do))
	case <-ctx.Done():
		return fmt.Errorf("ask the application for %q: %w", request.Do, ctx.Err())
	}
}

func (a *Application) send(id int, request Request) error {
	line, err := json.Marshal(struct {
		ID int `json:"id"`
		Request
	}{id, request})
	if err != nil {
		return fmt.Errorf("encode the request %q: %w", request.Do, err)
	}
	a.write.Lock()
	defer a.write.Unlock()
	_, err = a.stdin.Write(append(line, '\n'))
	return err
}

func (r response) decode(value any) error {
	if r.Error != nil {
		return r.Error
	}
	if value == nil {
		return nil
	}
	return json.Unmarshal(r.Value, value)
}
