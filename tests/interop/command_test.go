//go:build interop

package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// runbookTime bounds one runbook; the longest waits for a dozen runs of a schedule with a tick
// each second.
const runbookTime = 2 * time.Minute

// command builds dbos-script once for the whole run and gives its path.
var command = sync.OnceValues(func() (string, error) {
	binary, err := filepath.Abs(filepath.Join("..", "..", "build", "interop", "dbos-script"))
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", binary, "../../cmd/dbos-script")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build dbos-script: %w\n%s", err, output)
	}
	return binary, nil
})

// outcome is what one call of the command did.
type outcome struct {
	stdout, stderr string
	err            error
}

// call runs dbos-script on a database.
func call(t *testing.T, database string, arguments ...string) outcome {
	t.Helper()
	binary, err := command()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), runbookTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, arguments...)
	cmd.Env = append(os.Environ(), "DBOS_SYSTEM_DATABASE_URL="+database, "XDG_STATE_HOME="+t.TempDir())
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return outcome{stdout.String(), stderr.String(), err}
}

// emitted is what a runbook emitted, one object a line.
type emitted []map[string]any

func (o outcome) emitted(t *testing.T) emitted {
	t.Helper()
	var all emitted
	for line := range strings.Lines(o.stdout) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatalf("the runbook printed what is no JSON: %s", line)
		}
		all = append(all, one)
	}
	return all
}

// only is the one thing that a runbook emitted.
func (e emitted) only(t *testing.T) map[string]any {
	t.Helper()
	if len(e) != 1 {
		t.Fatalf("the runbook emitted %d things, not one: %v", len(e), e)
	}
	return e[0]
}
