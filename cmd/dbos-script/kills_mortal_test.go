package main

import (
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"modernc.org/sqlite"

	"github.com/dbos-script/dbos-script/runtime/run"
)

const (
	// mortalName is the name under which this test binary is the command with a short lease, which
	// ends itself at the place of the variable dieAt. Only processes on SQLite read it, because
	// nothing stands between them and their database.
	mortalName = "dbos-script-mortal"
	dieAt      = "DBOS_SCRIPT_TEST_DIE_AT"

	mortalLease = time.Second
)

func mortal() {
	if text := os.Getenv(dieAt); text != "" {
		if err := dieOnSQLite(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	a := &app{streams: streams{os.Stdin, os.Stdout, os.Stderr}, abandoned: &run.Abandoned{}, leaseTime: mortalLease, pollInterval: mortalLease / 10}
	os.Exit(a.main(interruptible(), os.Args[1:]))
}

// dieOnSQLite ends this process with SIGKILL at a place such as "row 3 0s", where the third row is
// about to be changed, or "commit 2 300µs", so long after the second transaction is about to
// commit.
func dieOnSQLite(place string) error {
	var event, pause string
	var n int64
	if _, err := fmt.Sscanf(place, "%s %d %s", &event, &n, &pause); err != nil {
		return fmt.Errorf("%s=%q: %w", dieAt, place, err)
	}
	wait, err := time.ParseDuration(pause)
	if err != nil {
		return err
	}
	counts := map[string]*atomic.Int64{"row": {}, "commit": {}}
	if counts[event] == nil {
		return fmt.Errorf("%s=%q: no such event", dieAt, place)
	}
	happened := func(name string) {
		if name != event || counts[event].Add(1) != n {
			return
		}
		if wait == 0 {
			die()
		}
		time.AfterFunc(wait, die)
	}
	sqlite.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		hooks := c.(sqlite.HookRegisterer)
		hooks.RegisterPreUpdateHook(func(sqlite.SQLitePreUpdateData) { happened("row") })
		hooks.RegisterCommitHook(func() int32 { happened("commit"); return 0 })
		return nil
	})
	return nil
}

// die does not return.
func die() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}
