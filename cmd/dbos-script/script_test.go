package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // for sql

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// TestMain lets the test binary be the command, too.
func TestMain(m *testing.M) {
	testscript.Main(withState{m}, map[string]func(){"dbos-script": main, narrowName: narrow, unresolvedName: unresolved, mortalName: mortal})
}

// withState keeps the records of the tests' runs away from the user's own.
type withState struct{ *testing.M }

func (m withState) Run() int {
	folder, err := os.MkdirTemp("", "dbos-script-state-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	os.Setenv("XDG_STATE_HOME", folder)
	return m.M.Run()
}

// bare returns an environment of these variables alone. The race detector keeps its settings,
// because a process sleeps for a second at its end without them.
func bare(variables ...string) []string { return append(variables, "GORACE="+os.Getenv("GORACE")) }

// TestTranscripts runs what a person would type, one file a behaviour.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			env.Setenv("HOME", env.WorkDir)
			examples, err := os.Getwd()
			env.Setenv("EXAMPLES", examples+"/../../scripts/examples")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"postgres": func(ts *testscript.TestScript, _ bool, _ []string) {
				address := pgtest.NewDatabase(t)
				ts.Setenv("PG", address)
				ts.Setenv("PG_POOLED", pgtest.Pooled(t, address))
				ts.Setenv("PG_TLS", strings.Replace(address, "sslmode=disable", "sslmode=require", 1))
				ts.Setenv("PG_PSYCOPG", strings.Replace(address, "postgres://", "postgresql+psycopg://", 1))
				ts.Setenv("PG_LESSER", lesser(ts, address))
				ts.Setenv("PG_NONE", strings.Replace(address, "?", "_none?", 1))
			},
			"locked": locked,
			"until":  until,
			"status": status,
			"short":  short,
			"sql":    runSQL,
			"terminate": func(ts *testscript.TestScript, _ bool, _ []string) {
				for _, background := range ts.BackgroundCmds() {
					ts.Check(background.Process.Signal(syscall.SIGTERM))
				}
			},
		},
	})
}

// patience is how long a condition may take to come true.
const patience = 30 * time.Second

// until runs a command again and again until it succeeds.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: until command [args]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for ts.Exec(args[0], args[1:]...) != nil {
		if ctx.Err() != nil {
			ts.Fatalf("%v did not succeed within %v", args, patience)
		}
	}
}

// short holds if a stream or a file has no more than so many bytes: short stderr 1000
func short(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: short FILE BYTES")
	}
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	if size := len(ts.ReadFile(args[0])); size > most {
		ts.Fatalf("%s has %d bytes, more than %d", args[0], size, most)
	}
}

// runSQL runs a statement on an SQLite file, for rows that only other programs write: sql FILE
// STATEMENT
func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	database, err := sql.Open("sqlite", ts.MkAbs(args[0])+"?_pragma=busy_timeout(10000)") // a process may be writing
	ts.Check(err)
	defer database.Close()
	_, err = database.Exec(args[1])
	ts.Check(err)
}

// status runs a command and compares its exit status: status 3 dbos-script …
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE command [args]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if want := args[0]; want != strconv.Itoa(code) {
		ts.Fatalf("exit status %d, want %s", code, want)
	}
}

// locked starts a server that asks for a password, and sets PG_LOCKED to its URL with a wrong one.
func locked(ts *testscript.TestScript, _ bool, _ []string) {
	server, err := pgtest.Start(pgtest.Options{Password: "right"})
	ts.Check(err)
	ts.Defer(func() { _ = server.Stop() })
	address, err := url.Parse(server.URL("postgres"))
	ts.Check(err)
	address.User = url.UserPassword(address.User.Username(), "hunter2")
	ts.Setenv("PG_LOCKED", address.String())
}

// lesser is the URL of a user who may log in, and nothing else.
func lesser(ts *testscript.TestScript, address string) string {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	ts.Check(err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lesser') THEN CREATE ROLE lesser LOGIN; END IF; EXCEPTION WHEN unique_violation OR duplicate_object THEN NULL; END $$")
	ts.Check(err)
	at, err := url.Parse(address)
	ts.Check(err)
	at.User = url.User("lesser")
	return at.String()
}
