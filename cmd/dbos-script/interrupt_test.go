package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/stdlib"
)

// TestInterruptEndsALongWait sends Ctrl-C to a process that waits for a result.
func TestInterruptEndsALongWait(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		cmd := command(t, t.TempDir(), "-e", `dbos.enqueue("nobody", "wf", 1, {workflow_id = "marker"}):get_result()`,
			"--db", b.Config().DatabaseURL, "--schema", b.Config().DatabaseSchema)
		var log bytes.Buffer
		cmd.Stderr = &log
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		await(t, b.NewClient(), "marker")
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != stdlib.ExitInterrupted {
			t.Errorf("exit code %d, want %d", code, stdlib.ExitInterrupted)
		}
		if text := log.String(); !strings.Contains(text, "interrupted") || strings.Contains(text, "goroutine") {
			t.Errorf("standard error:\n%s", text)
		}
	})
}

// await waits for a workflow to exist.
func await(t *testing.T, c client.Client, id string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		_, err := c.RetrieveWorkflow(id)
		if err == nil {
			return
		}
		if client.CodeOf(err) != client.NonExistentWorkflow || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}
