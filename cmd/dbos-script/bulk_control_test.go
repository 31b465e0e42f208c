package main

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// bulk pause and bulk rate are processes of their own, beside that of the run. When bulk pause has
// ended, no batch comes any more, though the process of the run looks at it every second. After
// bulk rate at most one batch comes at the old rate.
func TestOtherProcessesControlABulkRun(t *testing.T) {
	t.Parallel()
	const count = 24
	for _, back := range []string{"Postgres", "SQLite"} {
		t.Run(back, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, back)
			stock(t, b)
			c := b.NewClient(func(config *client.ClientConfig) { config.CreateRuns = true })
			if _, err := c.EnqueueMany("slow", "slow", make([]any, count)); err != nil {
				t.Fatal(err)
			}
			process := func(args ...string) *exec.Cmd {
				args = append(args, "--db", b.Config().DatabaseURL, "--schema", b.Config().DatabaseSchema, "--yes", "--audit", "none")
				cmd := command(t, t.TempDir(), args...)
				cmd.Env = bare("HOME=" + cmd.Dir)
				return cmd
			}
			control := func(args ...string) {
				if output, err := process(append([]string{"bulk"}, args...)...).CombinedOutput(); err != nil {
					t.Fatalf("bulk %v: %v, %s", args, err, output)
				}
			}
			seen := func() *client.Bulk {
				run, err := client.GetBulk(c, "r")
				if client.CodeOf(err) == client.InvalidOption { // it has not begun
					return &client.Bulk{}
				}
				if err != nil {
					t.Fatal(err)
				}
				return run
			}
			runs := process("-e", `dbos.bulk({name = "slow"}, {id = "r", rps = 1}):cancel()`)
			if err := runs.Start(); err != nil {
				t.Fatal(err)
			}

			eventually(t, func() bool { return seen().Done > 0 })
			control("pause", "r")
			paused := seen()
			for last, renewed := paused.HeldUntil, 0; renewed < 3; {
				eventually(t, func() bool { return seen().HeldUntil.After(last) })
				last, renewed = seen().HeldUntil, renewed+1
			}
			if run := seen(); run.State != client.BulkPaused || run.Done != paused.Done || run.Done == count {
				t.Errorf("the run went on in the pause: %+v, and before %+v", run, paused)
			}
			control("resume", "r")
			eventually(t, func() bool { return seen().Done > paused.Done })

			control("rate", "r", "0")
			at := time.Now()
			if err := runs.Wait(); err != nil {
				t.Fatal(err)
			}
			if run := seen(); run.State != client.BulkDone || run.Changed != count {
				t.Errorf("the run has ended as %+v", run)
			}
			if slow := slowBatches(t, c, at); slow > 2 { // the one under way, and one while the machine is busy
				t.Errorf("%d batches came at the old rate", slow)
			}
		})
	}
}

// slowBatches counts the workflows that were cancelled after a time, a second or more after the one
// before.
func slowBatches(t *testing.T, c client.Client, after time.Time) (slow int) {
	t.Helper()
	rows, err := c.ListWorkflows(client.WithName("slow"))
	if err != nil {
		t.Fatal(err)
	}
	times := []time.Time{after}
	for _, row := range rows {
		if row.UpdatedAt.After(after) {
			times = append(times, row.UpdatedAt)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	for i := range times[1:] {
		if times[i+1].Sub(times[i]) >= time.Second {
			slow++
		}
	}
	if len(times) < 6 {
		t.Errorf("only %d batches came after bulk rate", len(times)-1)
	}
	return slow
}
