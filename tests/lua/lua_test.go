// Package lua runs the Lua tests: every *_test.lua of this folder with the built command, on every
// back end, with a worker beside it that plays the application.
package lua

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// command is the binary under test, built once.
var command string

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

func build(m *testing.M) int {
	folder, err := os.MkdirTemp("", "dbos-script-lua-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	command = filepath.Join(folder, "dbos-script")
	if out, err := exec.Command("go", "build", "-o", command, "../../cmd/dbos-script").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func TestScripts(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("*_test.lua")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no test scripts: %v", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(script, ".lua"), func(t *testing.T) {
			t.Parallel()
			clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) { runScript(t, b, script) })
		})
	}
}

// runScript runs a script with arguments, by default the database that it works on.
func runScript(t *testing.T, b clienttest.Backend, script string, arguments ...string) {
	t.Helper()
	switch {
	case strings.HasPrefix(script, "run_"):
		work(t, b)
	case script == "limits_test.lua":
		limit(b)
	case script == "bulk_test.lua":
		b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
	}
	config, folder := b.Config(), t.TempDir()
	cmd := exec.CommandContext(t.Context(), command, "run", script, "--timeout", "2m", "--allow-db", "sqlite:no-such-folder/none.sqlite",
		"--allow-read", folder, "--allow-write", folder)
	cmd.Env = append(os.Environ(), "TMPDIR="+folder, "DBOS_SYSTEM_DATABASE_URL="+config.DatabaseURL, "XDG_STATE_HOME="+t.TempDir())
	if script != "sdk_test.lua" {
		cmd.Args = append(cmd.Args, "--sdk", "go")
	}
	if config.DatabaseSchema != "" {
		cmd.Args = append(cmd.Args, "--schema", config.DatabaseSchema)
	}
	if arguments == nil {
		arguments = []string{config.DatabaseURL, config.DatabaseSchema}
	}
	cmd.Args = append(append(cmd.Args, "--"), arguments...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), " passed") {
		t.Fatalf("no test ran:\n%s", out.String())
	}
}

// limit takes columns away that later SDKs added, and adds a constraint of somebody's own and a
// schedule with a context that only its application can read.
func limit(b clienttest.Backend) {
	b.Exec("ALTER TABLE {workflow_status} DROP COLUMN attributes", nil)
	b.Exec("ALTER TABLE {workflow_status} DROP COLUMN debounce_deadline_epoch_ms", nil)
	b.Exec("ALTER TABLE {workflow_status} ADD COLUMN note TEXT CHECK (name <> 'forbidden')", nil)
	b.Exec("ALTER TABLE {workflow_schedules} DROP COLUMN application_name", nil)
	b.Exec("ALTER TABLE {queues} DROP COLUMN application_name", nil)
	b.Exec("DROP INDEX IF EXISTS idx_operation_outputs_completed_at_function_name_v2", nil)
	b.Exec("ALTER TABLE {operation_outputs} DROP COLUMN application_name", nil)
	b.Exec("INSERT INTO {workflow_schedules} (schedule_id, schedule_name, workflow_name, schedule, context, cron_timezone) "+
		"VALUES ('s', 'pickled', 'report', '0 0 3 * * *', 'gASVCgAAAAAAAACMBXNob3BxlIwFQ2FydJST', '')", nil)
}

// work runs the application's side until the test ends.
func work(t *testing.T, b clienttest.Backend) {
	worker := b.NewWorker(func(c *worker.Config) {
		c.ApplicationVersion, c.Clock = "v1", time.Now
		c.Queues = []worker.Queue{{Name: "work"}}
	})
	application(worker)
	b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, recovery_attempts, created_at, updated_at) "+
		"VALUES ('dead', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'crash', 5, 1, 1)", nil)
	ctx, cancel := context.WithCancel(t.Context())
	if err := worker.Launch(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
}
