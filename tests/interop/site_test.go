//go:build interop

package interop

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// launchTime bounds the start of an application whose SDK is installed.
const launchTime = 2 * time.Minute

// askTime bounds one request to an application.
const askTime = 30 * time.Second

// site is a database with an application on it.
type site struct {
	version  string
	database string
	app      *peer.Application
}

func launch(t *testing.T, opts peer.Options) *peer.Application {
	t.Helper()
	if _, err := peer.Install(t.Context(), opts.Version); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), launchTime)
	defer cancel()
	app, err := peer.Start(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Stop() })
	return app
}

// other returns the site, whose application is one of TypeScript, for the tests of all SDKs.
func (s *site) other() *other {
	return &other{site: *s, sdk: peer.SDK{Language: peer.TypeScript, Version: s.version}}
}

// run runs a runbook against the site's database; it must succeed.
func (s *site) run(t *testing.T, runbook string, parameters ...string) emitted {
	t.Helper()
	out := s.try(t, runbook, parameters...)
	if out.err != nil {
		t.Fatalf("%s: %v\n%s\nThe application logged:\n%s", runbook, out.err, out.stderr, s.app.Log())
	}
	return out.emitted(t)
}

// try runs a runbook and says how it went.
func (s *site) try(t *testing.T, runbook string, parameters ...string) outcome {
	t.Helper()
	file := filepath.Join("runbooks", runbook)
	return call(t, s.database, append([]string{"run", "--output", "ndjson", file}, parameters...)...)
}

// ask has the application do something; what its SDK throws fails the test.
func (s *site) ask(t *testing.T, request peer.Request, value any) {
	t.Helper()
	if err := s.tryAsk(t, request, value); err != nil {
		t.Fatalf("ask the application for %s %s: %v", request.Do, request.Method, err)
	}
}

func (s *site) tryAsk(t *testing.T, request peer.Request, value any) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), askTime)
	defer cancel()
	return s.app.Ask(ctx, request, value)
}

// theirClient calls a method of the application's DBOSClient.
func (s *site) theirClient(t *testing.T, value any, method string, arguments ...any) {
	t.Helper()
	s.ask(t, peer.Request{Do: "client", Method: method, Args: arguments}, value)
}

// start has the application start a workflow under an ID.
func (s *site) start(t *testing.T, id, workflow string, arguments ...any) {
	t.Helper()
	options := map[string]any{"workflowID": id}
	s.ask(t, peer.Request{Do: "start", Workflow: workflow, Args: arguments, Options: options}, nil)
}

// theirWorkflow is what the application's client says of a workflow.
type theirWorkflow struct {
	WorkflowID   string `json:"workflowID"`
	Status       string `json:"status"`
	WorkflowName string `json:"workflowName"`
	QueueName    string `json:"queueName"`
	Input        []any  `json:"input"`
	Output       any    `json:"output"`
	Error        *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// theirList is what the application's client lists for a filter.
func (s *site) theirList(t *testing.T, filter map[string]any) []theirWorkflow {
	t.Helper()
	var workflows []theirWorkflow
	s.theirClient(t, &workflows, "listWorkflows", filter)
	return workflows
}

// theirStatus is the state of one workflow as the application's client sees it, empty when it
// sees none.
func (s *site) theirStatus(t *testing.T, id string) string {
	t.Helper()
	workflows := s.theirList(t, map[string]any{"workflowIDs": []string{id}})
	if len(workflows) == 0 {
		return ""
	}
	return workflows[0].Status
}

// awaitStatus waits until the application's client sees a workflow in a state.
func (s *site) awaitStatus(t *testing.T, id, status string) {
	t.Helper()
	peer.Until(t, askTime, id+" is "+status, func() bool { return s.theirStatus(t, id) == status })
}
