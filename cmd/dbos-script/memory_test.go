package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/stdlib"
)

// The most memory of a process stays near --max-memory, whatever takes it. The command itself has
// 21 MiB, and the worst of these runs takes 96 MiB more until it is stopped.
func TestAProcessStaysNearItsLimitOfMemory(t *testing.T) {
	t.Parallel()
	const limit, most = "64MB", 170 // mebibytes
	measured := newMeasured(t)
	for name, script := range map[string]string{
		"a long error":       `error(("x"):rep(6e7))`,
		"long ids":           `local id, ids = ("x"):rep(60000), {} for i = 1, 3000 do ids[i] = id end dbos.cancel_workflows(ids)`,
		"different long ids": `local ids = {} for i = 1, 3000 do ids[i] = ("x"):rep(60000) .. i end dbos.cancel_workflows(ids)`,
		"a long input":       `dbos.enqueue("q", "w", ("x"):rep(5e7), {sdk = "go"})`,
		"many inputs":        `local input, inputs = ("x"):rep(2e7), {} for i = 1, 100 do inputs[i] = input end dbos.enqueue_many("q", "w", inputs, {sdk = "go"})`,
		"escapes":            `json.encode(("\1"):rep(6e7))`,
		"rows":               `for i = 1, 20 do dbos.enqueue("q", "w", ("x"):rep(5e6), {sdk = "go"}) end error(#dbos.list_workflows{load_input = true})`,
		"connections":        `local t = {} for i = 1, 30 do t[i] = dbos.connect{database_url = "sqlite:dbos.sqlite"} t[i]:list_workflows() end error("all")`,
		"base64":             `base64.encode(("x"):rep(6e7))`,
		"JSON values":        `json.decode("[" .. ("1,"):rep(1e7) .. "1]")`,
		"quotes of CSV":      `csv.encode({{a = ("\""):rep(6e7)}})`,
		"dumps":              `inspect.dump({("\1"):rep(6e7)})`,
		"templates":          `template.render("{{range .l}}{{$.x}}{{end}}", {l = {1, 2, 3, 4, 5, 6, 7, 8}, x = ("x"):rep(2e7)})`,
		"replacements":       `return ("x"):rep(2e7):gsub("x", "yyyy")`,
		"small tables":       `local t = {} for i = 1, 1e8 do t[i] = {} end`,
		"small texts":        `local t = {} for i = 1, 1e8 do t[i] = "a" .. i end`,
		"output of programs": `error(#exec.run("head", {"-c", "60000000", "/dev/zero"}).stdout)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, peak, log := measured.script(t, script, limit)
			if code != stdlib.ExitScriptError || strings.Contains(log, "goroutine") {
				t.Errorf("exit code %d\n%s", code, log)
			}
			if peak > most {
				t.Errorf("it took %d MiB\n%s", peak, log)
			}
		})
	}
}

// The workflows of one call are in memory several times: as values, as texts, and as rows.
func TestManyWorkflowsAreEnqueuedWithinTheLimitOfMemory(t *testing.T) {
	t.Parallel()
	const limit, most = "512MB", 640 // mebibytes
	code, peak, log := newMeasured(t).script(t, `local inputs = {} for i = 1, 200000 do inputs[i] = ("x"):rep(250) .. i end
		dbos.enqueue_many("q", "w", inputs, {sdk = "go"}) assert(dbos.count{name = "w"} == 200000)`, limit)
	if code != 0 || peak > most {
		t.Errorf("exit code %d, %d MiB\n%s", code, peak, log)
	}
}

// measured runs the command in a folder with a database, and measures how much memory it takes.
type measured struct{ folder, measure, command string }

func newMeasured(t *testing.T) measured {
	t.Helper()
	folder := t.TempDir()
	makeEmbedded(t, folder)
	// The kernel counts the memory of the parent at the start, so a small one starts the command.
	measure := filepath.Join(folder, "maxrss")
	goBuild(t, measure, "../../bench/maxrss")
	return measured{folder, measure, commandPath(t)}
}

// built returns m with the command that users have. This test binary is greater by some megabytes.
func (m measured) built(t *testing.T) measured {
	t.Helper()
	m.command = filepath.Join(m.folder, "dbos-script")
	goBuild(t, m.command, ".")
	return m
}

func goBuild(t *testing.T, program, source string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-s -w", "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// script returns the exit code of a script, the most memory that it took in MiB, and the end of its
// messages.
func (m measured) script(t *testing.T, script, limit string) (code int, mebibytes int64, log string) {
	t.Helper()
	code, peak, log := m.run(t, "-e", script, "--db", "sqlite:dbos.sqlite", "--audit", "none", "--max-memory", limit,
		"--timeout", "2m", "--yes", "--allow-db", "sqlite:dbos.sqlite", "--allow-exec", "head")
	return code, peak >> 20, log
}

// run returns the exit code of a command, the most memory that it took in bytes, and the end of its
// messages. The memory is 0 if the system counts it otherwise than Linux.
func (m measured) run(t *testing.T, args ...string) (code int, peak int64, log string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), m.measure, append([]string{m.command}, args...)...)
	cmd.Dir = m.folder
	var words lastWords
	cmd.Stderr = &words
	report, err := os.Create(filepath.Join(t.TempDir(), "usage"))
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	cmd.ExtraFiles = []*os.File{report}
	_ = cmd.Run()
	if runtime.GOOS != "linux" {
		return cmd.ProcessState.ExitCode(), 0, string(words)
	}
	text, err := os.ReadFile(report.Name())
	var used struct{ Memory int64 }
	if err == nil {
		err = json.Unmarshal(text, &used)
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), used.Memory, string(words)
}

// In a server the run that holds too much ends, whether its script or a list of the database holds
// it, and the others run on.
func TestTheGreedyRunOfAServerEndsAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	makeEmbedded(t, folder)
	const declared = "schedule.declare{cron = '* * * * * *', overlap = 'skip'}\n"
	for name, script := range map[string]string{
		"greedy.lua": "local t = {} while true do t[#t + 1] = {} end",
		"lists.lua": "local input, inputs = ('x'):rep(500000), {} for i = 1, 20 do inputs[i] = input end\n" +
			"for i = 1, 10 do dbos.enqueue_many('q', 'w', inputs, {sdk = 'go'}) end\n" +
			"print(#dbos.list_workflows{load_input = true})",
		"modest.lua": "local t = {} for i = 1, 1e4 do t[i] = {i} end\nfor i = 1, 3e5 do local garbage = ('x'):rep(100) .. i end",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(declared+script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, commandPath(t), "serve", folder, "--db", "sqlite:"+filepath.Join(folder, "dbos.sqlite"), "--audit", filepath.Join(folder, "audit.jsonl"), "--max-memory", "64MB", "--grace", "1s", "--yes")
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for lines := bufio.NewScanner(log); lines.Scan() && (seen["greedy"] < 1 || seen["lists"] < 1 || seen["modest"] < 2); {
		for _, name := range []string{"greedy", "lists", "modest"} {
			if strings.Contains(lines.Text(), "script="+name+".lua") && strings.Contains(lines.Text(), map[string]string{"greedy": "failed", "lists": "failed", "modest": "ended"}[name]) {
				seen[name]++
			}
		}
		if strings.Contains(lines.Text(), "failed script=modest.lua") {
			t.Error(lines.Text())
		}
	}
	stop()
	_ = cmd.Wait()
	if seen["greedy"] < 1 || seen["lists"] < 1 || seen["modest"] < 2 {
		t.Errorf("seen: %v", seen)
	}
}
