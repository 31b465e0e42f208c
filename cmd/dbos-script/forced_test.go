package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/stdlib"
)

// However a run is ended from outside of its script, its change and its end are in the audit log.
func TestEveryForcedEndIsInTheRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		flags  []string
		code   int
	}{
		"timeout":           {`while true do pcall(function() while true do end end) end`, []string{"--timeout", "1s"}, stdlib.ExitTimeout},
		"timeout in a call": {`re.replace(("a"):rep(30000000), ("(a?){900}b|"):rep(100), "")`, []string{"--timeout", "1s", "--max-memory", "4GB"}, stdlib.ExitTimeout},
		"timeout asleep":    {`while true do pcall(time.sleep, "1h") end`, []string{"--timeout", "1s"}, stdlib.ExitTimeout},
		"memory":            {`local t = {} while true do t[#t + 1] = {t} end`, []string{"--max-memory", "64MB", "--timeout", "1m"}, 1},
		"output":            {`while true do pcall(print, ("x"):rep(1000)) end`, []string{"--max-output", "10KB", "--timeout", "1m"}, 1},
		"stack":             {`local function deep(n) return 1 + deep(n) end deep(1)`, nil, 1},
		"changes":           {`while true do pcall(dbos.enqueue, "q", "w", 2, {sdk = "go"}) end`, []string{"--max-changes", "1", "--timeout", "1m"}, stdlib.ExitDenied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			makeEmbedded(t, folder)
			record := filepath.Join(folder, "audit.jsonl")
			args := append([]string{"-e", `dbos.enqueue("q", "w", 1, {sdk = "go"}) ` + c.script, "--db", "sqlite:dbos.sqlite", "--audit", record}, c.flags...)
			cmd := command(t, folder, args...)
			var log lastWords
			cmd.Stderr = &log
			_ = cmd.Run()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d\n%s", code, c.code, log)
			}
			runs, err := audit.Summaries(record)
			if err != nil || len(runs) != 1 || runs[0].Outcome == audit.Unfinished || runs[0].Changes != 1 {
				t.Errorf("the record has %+v, %v\n%s", runs, err, log)
			}
		})
	}
}

// lastWords keeps the end of what is written.
type lastWords []byte

func (w *lastWords) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	*w = (*w)[max(0, len(*w)-2000):]
	return len(p), nil
}

// A server that takes connections and never says a word does not outlive the time of a run.
func TestASilentServerEndsWithTheRun(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	cmd := command(t, t.TempDir(), "-e", `pcall(dbos.list_workflows) while true do pcall(dbos.list_workflows) end`,
		"--db", "postgres://u:p@"+listener.Addr().String()+"/x?sslmode=disable", "--timeout", "1s")
	output, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != stdlib.ExitTimeout || strings.Contains(string(output), "given up") {
		t.Errorf("exit code %d\n%s", code, output)
	}
}

// A module that a script requires runs within the limits of that run, so that a declaration in it
// that has no end ends with the run.
func TestADeclarationOfARequiredModuleEndsWithItsRun(t *testing.T) {
	t.Parallel()
	s := newServed(t, map[string]string{
		"main.lua": "schedule.declare{cron = '* * * * *', timeout = '30s'}\nrequire('lib.endless')\n",
		"good.lua": "schedule.declare{cron = '* * * * *'}\nprint('was run')\n",
	})
	if err := os.Mkdir(filepath.Join(s.folder.path, "lib"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.write("lib/endless.lua", "schedule.declare{cron = (function() while true do end end)()}\n")
	makeEmbedded(t, s.folder.path)
	server := s.server()
	server.Step(t.Context())
	s.clock.move(time.Minute)
	server.Step(t.Context())
	s.endRuns(server, 1)
	s.clock.move(30 * time.Second)
	server.Step(t.Context())
	s.endRuns(server, 0)
	s.expectCounts(map[string]int{"failed script=main.lua": 1, "the scheduled run took longer than 30s": 1, "ended script=good.lua": 1, "was run\n": 1})
}
