package client_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

func sqliteClient(t *testing.T, ctx context.Context, changes ...func(*client.ClientConfig)) client.Client {
	t.Helper()
	config := client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db"), Create: true}
	for _, change := range changes {
		change(&config)
	}
	c, err := client.NewClient(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Shutdown(time.Minute) })
	return c
}

// errors.Is finds an error by its code or an *Error of its kind, also if callers wrap it.
func TestErrorsAreFoundThroughWrapping(t *testing.T) {
	t.Parallel()
	c := sqliteClient(t, t.Context())
	err := c.CancelWorkflow("nope")
	for name, err := range map[string]error{
		"as returned":   err,
		"wrapped":       fmt.Errorf("cleaning up: %w", err),
		"wrapped twice": fmt.Errorf("nightly: %w", fmt.Errorf("cleaning up: %w", err)),
		"joined":        errors.Join(errors.New("another"), err),
	} {
		if !errors.Is(err, client.NonExistentWorkflow) || !errors.Is(err, &client.Error{Code: client.NonExistentWorkflow}) {
			t.Errorf("%s: the code is not found in %v", name, err)
		}
		if errors.Is(err, client.Timeout) || errors.Is(err, &client.Error{Code: client.Timeout}) || errors.Is(err, context.Canceled) {
			t.Errorf("%s: another code is found in %v", name, err)
		}
		var failed *client.Error
		if !errors.As(err, &failed) || failed.WorkflowID != "nope" || failed.Op != "cancel workflow" {
			t.Errorf("%s: as an *Error it is %+v", name, failed)
		}
		if client.CodeOf(err) != client.NonExistentWorkflow {
			t.Errorf("%s: the code is %v", name, client.CodeOf(err))
		}
	}
	if errors.Is(nil, client.NonExistentWorkflow) || client.CodeOf(nil) != 0 || client.CodeOf(errors.New("x")) != 0 {
		t.Error("an error that is none of ours has a code")
	}
}

// The end of a context is both a code and the error of the context, whichever method meets it.
func TestEndsOfContextsAreFound(t *testing.T) {
	t.Parallel()
	cause := errors.New("the operator has had enough")
	past, cancelPast := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancelPast()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	caused, cancelCaused := context.WithCancelCause(t.Context())
	cancelCaused(cause)
	c := sqliteClient(t, t.Context())
	for _, test := range []struct {
		name string
		ctx  context.Context
		code client.ErrorCode
		ends error
	}{
		{"deadline", past, client.Timeout, context.DeadlineExceeded},
		{"cancelled", cancelled, client.Interrupted, context.Canceled},
		{"cancelled with a cause", caused, client.Interrupted, context.Canceled},
		{"its cause", caused, client.Interrupted, cause},
	} {
		under := c.WithContext(test.ctx)
		_, list := under.ListWorkflows()
		_, enqueue := under.Enqueue("q", "w", nil)
		_, result := under.Handle("nope").GetResult()
		_, event := under.GetEvent("nope", "k", time.Minute)
		_, wait := under.Wait([]string{"nope"})
		for method, err := range map[string]error{"list": list, "enqueue": enqueue, "result": result, "event": event, "wait": wait, "cancel": under.CancelWorkflow("nope")} {
			err = fmt.Errorf("wrapped: %w", err)
			if !errors.Is(err, test.code) || !errors.Is(err, test.ends) {
				t.Errorf("%s, %s: %v is not both %v and %v", test.name, method, err, test.code, test.ends)
			}
		}
	}
}

// A timeout of a call's own looks like one of a context.
func TestTimeoutsOfCallsAreFound(t *testing.T) {
	t.Parallel()
	c := sqliteClient(t, t.Context())
	handle, err := c.Enqueue("q", "w", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, result := handle.GetResult(client.WithHandleTimeout(time.Millisecond))
	_, event := c.GetEvent(handle.GetWorkflowID(), "k", 0)
	_, wait := c.Wait([]string{handle.GetWorkflowID()}, client.WithWaitOptions(client.WaitOptions{Timeout: time.Millisecond}))
	for method, err := range map[string]error{"result": result, "event": event, "wait": wait} {
		if !errors.Is(err, client.Timeout) || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// Every code has a name of its own, by which scripts and messages call it.
func TestCodesHaveNames(t *testing.T) {
	t.Parallel()
	seen := map[string]client.ErrorCode{}
	for code := client.ErrorCode(0); code < 200; code++ {
		name := code.String()
		if other, twice := seen[name]; twice && name != "" {
			t.Errorf("%d and %d are both %q", other, code, name)
		}
		if seen[name] = code; code.Error() != name {
			t.Errorf("%d is %q as an error, and %q as a text", code, code.Error(), name)
		}
	}
	if seen["Timeout"] != client.Timeout || seen["Denied"] != client.Denied {
		t.Error("names and codes are not those of each other")
	}
}
