package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/creack/pty"
)

// hostileText recolours, retitles, erases and reorders what a terminal shows, in 7 bits, 8 bits
// and Unicode.
const hostileText = "a\x1b[31mb\x1b]0;title\x07c\u009b2Jd\u202ee\u2066f\rg\bh\x7f"

// hostileScripts write the text in every way that a script has. Each prints done, so that a case
// that fails early shows.
var hostileScripts = map[string]string{
	"print":      `print(evil) print(evil, {evil})`,
	"emit":       `emit({{id = evil, [evil] = {evil}}, {id = "x"}}) emit(evil)`,
	"list":       `emit(dbos.list_workflows{load_input = true}) emit(dbos.list_workflows(), {columns = {"id", "name", "queue_name"}})`,
	"log":        `log.info(evil, {field = evil, [evil] = 1, nested = {[evil] = evil}}) log.warn(evil) log.error(evil) log.debug(evil)`,
	"progress":   `local p = progress.new{total = 2, label = evil} p:add(1) p:add(1) p:done()`,
	"unknown":    `print(pcall(dbos.retrieve_workflow, evil)) dbos.list_workflows{[evil] = 1}`,
	"error":      "local " + "x = nil error(evil)",
	"object":     `error({[evil] = evil})`,
	"exit":       `exit("partial", evil)`,
	"grant":      `fs.read("/etc/" .. evil)`,
	"raised":     `dbos.retrieve_workflow(evil):get_status()`,
	"help":       `help(evil)`,
	"inspect":    `print(inspect.dump{[evil] = evil})`,
	"parameters": `args.declare{[("p")] = {doc = evil, default = evil}} args.declare{q = {default = 1 , doc = evil}}`,
	"changes":    `dbos.cancel_workflow(evil) dbos.enqueue(evil, evil, evil)`,
}

// prelude makes the text without a backslash of the shell's, and a workflow of that name.
const hostilePrelude = `local evil = "a\27[31mb\27]0;title\7c\194\1552Jd\226\128\174e\226\129\166f\rg\8h\127" `

// TestNoValueDrivesTheTerminal shows hostile values on a terminal, through every command that
// shows values.
func TestNoValueDrivesTheTerminal(t *testing.T) {
	t.Parallel()
	folder := hostileFolder(t)
	cases := map[string][]string{
		"dry run": {"-e", hostilePrelude + hostileScripts["changes"], "--dry-run"}, "dry run json": {"-e", hostilePrelude + hostileScripts["changes"], "--dry-run", "--output", "json"},
		"runs": {"runs"}, "runs show": {"runs", "show", "last"}, "runs csv": {"runs", "--output", "csv"}, "runs unknown": {"runs", "show", hostileText},
		"db info": {"db", "info"}, "db info json": {"db", "info", "--output", "json"}, "no database": {"db", "info", "--db", "sqlite:" + hostileText},
		"check": {"check", "hostile.lua"}, "test": {"test", "hostile_test.lua"}, "tap": {"test", "hostile_test.lua", "--format", "tap"},
		"serve": {"serve", ".", "--list"}, "doc": {"doc", hostileText}, "command": {hostileText}, "flag": {"--" + hostileText}, "file": {"run", hostileText},
		"format": {"runs", "--output", hostileText}, "profile": {"runs", "--profile", hostileText}, "script": {"run", "hostile.lua"},
		"debug": {"-e", hostilePrelude + `error(evil)`, "--debug", "--verbose"}, "script help": {"run", "declared.lua", "--help"},
		"confirm": {"-e", hostilePrelude + `dbos.cancel_workflow(evil)`, "--confirm-above", "0"},
	}
	for name, script := range hostileScripts {
		for _, format := range []string{"table", "json", "ndjson", "csv", "ids"} {
			if format == "table" || strings.Contains(script, "emit") {
				cases[name+" "+format] = []string{"-e", hostilePrelude + script, "--output", format, "--verbose"}
			}
		}
	}
	for name, args := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := onTerminal(t, folder, "n\n", args...)
			if bad, found := driving(text); found {
				t.Errorf("%v writes %q in\n%q", args, bad, text)
			}
			quiet := strings.HasPrefix(name, "changes") || strings.HasPrefix(name, "parameters") || name == "raised table" || name == "confirm" || name == "no database"
			if !quiet && !shownEscape.MatchString(text) {
				t.Errorf("%v does not show the text, so nothing is tried:\n%q", args, text)
			}
		})
	}
}

// hostileFolder has a database and scripts that hold the text, and the record of a run.
func hostileFolder(t *testing.T) string {
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("hostile.lua", hostilePrelude+"-- "+hostileText+"\nlocal unused\ndbos.nothing(\""+strings.ReplaceAll(hostileText, "\r", "")+"\")\n")
	write("declared.lua", hostilePrelude+`args.declare{p = {doc = evil, default = evil}} schedule.declare{cron = "0 3 * * *"}`)
	write("hostile_test.lua", hostilePrelude+`describe(evil, function() it(evil, function() print(evil) log.info(evil) assert.equal(evil, "x") end) end)`)
	write("e\x1b[31m.lua", `schedule.declare{cron = "0 3 * * *"}`)
	for _, args := range [][]string{{"db", "init"}, {"-e", hostilePrelude + `dbos.enqueue(evil, evil, evil, {workflow_id = evil}) pcall(dbos.get_workflow_steps, evil)`, "--reason", hostileText}} {
		_ = onTerminal(t, folder, "", args...)
	}
	return folder
}

// onTerminal returns all that a command writes to a terminal on which nothing is too wide.
func onTerminal(t *testing.T, folder, keys string, args ...string) string {
	t.Helper()
	return onTerminalOf(t, 250, folder, keys, args...)
}

// onTerminalOf is onTerminal for a number of columns.
func onTerminalOf(t *testing.T, columns uint16, folder, keys string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, commandPath(t), args...)
	cmd.Dir = folder
	cmd.Env = bare("HOME="+folder, "XDG_STATE_HOME="+folder, "TERM=dumb", "NO_COLOR=1", "PATH="+os.Getenv("PATH"), "PAGER=cat", "DBOS_SYSTEM_DATABASE_URL=sqlite:shop.sqlite")
	keyboard, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 10, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	if _, err := io.WriteString(keyboard, keys); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	_, _ = io.Copy(&text, keyboard) // ends with an error when the process does
	_ = cmd.Wait()
	return text.String()
}

// driving returns the first part of a text that a terminal would obey. The terminal itself adds a
// return to each line end and echoes ^X for keys; a status line erases itself.
func driving(text string) (string, bool) {
	text = strings.NewReplacer("\r\n", "\n", "\r\x1b[K", "", "\b\b  \b\b", "").Replace(text)
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd") || r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return text[i:min(i+12, len(text))], true
		}
	}
	return "", false
}

// shownEscape is how the text shows: as the terminal's writer escapes it, as JSON does, or as Lua
// does.
var shownEscape = regexp.MustCompile(`b\\(x1b|u001b|027)]0;title`)

func TestTheReplShowsValuesThatWouldDriveTheTerminal(t *testing.T) {
	t.Parallel()
	s := openScreen(t, t.TempDir(), []string{"NO_COLOR=1"}, "repl")
	s.holds("dbos>")
	s.press(`return "a\27[2Jb\194\1552J", {k = "\226\128\174"}` + "\r")
	s.holds(`a\x1b[2Jb\u009b2J`)
	s.holds(`\u202e`)
	s.press(`error("\27[2Jno")` + "\r")
	s.holds(`\x1b[2Jno`)
}
