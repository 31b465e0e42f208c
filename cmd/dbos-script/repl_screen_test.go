package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
)

// latin1 are the letters of Latin-1 that somebody may type, without those that Lua reads in a
// special way in quotes.
func latin1() string {
	var b strings.Builder
	for r := rune(' '); r <= 0xff; r++ {
		if r != '"' && r != '\\' && (r < 0x7f || r >= 0xa0) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func TestTerminalTakesEveryLetter(t *testing.T) {
	t.Parallel()
	folder := shopFolder(t)
	s := openREPL(t, folder)
	for name, text := range map[string]string{
		"Latin-1": latin1(), "umlauts": "Müller straße ÄÖÜ éèñçø £§", "an emoji": "a\U0001f680b", "a family": "\U0001f469\u200d\U0001f469\u200d\U0001f467",
		"an accent": "e\u0301le\u0300ve", "others": "€łж日本",
	} {
		s.press(`x = "` + text + `"` + enter)
		s.press(fmt.Sprintf("x == %s, #x", bytesOf(text)) + enter)
		s.shows(fmt.Sprintf("\ntrue\n%d\ndbos>", len(text)))
		s.press("'" + name + "'" + enter)
		s.shows("\n" + name + "\ndbos>")
	}
	const visible = "¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃäöüßñ÷øÿ"
	s.press(`x = "` + visible + `"`)
	s.shows(`dbos> x = "` + visible + `"`)
	s.press(ctrlC + `"Müller"`)
	s.shows(`dbos> "Müller"`)
	s.press(strings.Repeat("\x1b[D", 5) + "\x7fö" + enter)
	s.shows("\nMöller\ndbos>")
	s.press(up)
	s.shows(`dbos> "Möller"`)
	s.press(ctrlC + ctrlD)
	s.wait()
	again := openREPL(t, folder)
	again.press(up)
	again.shows(`dbos> "Möller"`)
}

// bytesOf is an expression of ASCII alone that makes a text.
func bytesOf(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "\\%03d", text[i])
	}
	return `"` + b.String() + `"`
}

func TestTerminalTakesAPaste(t *testing.T) {
	t.Parallel()
	s := openREPL(t, shopFolder(t))
	lines := []string{"names = {'Jürgen', 'Zoë',", "  'e\u0301', '\U0001f680'}", "for _, n in ipairs(names) do", "\tprint(n, #n)", "end"}
	s.press("\x1b[200~" + strings.Join(lines, "\r") + "\x1b[201~" + enter)
	s.shows("\ndbos>")
	s.holds("Jürgen")
	s.press("#table.concat(names)" + enter)
	s.shows("\n18\ndbos>")
	s.press("names = nil" + enter + strings.Join(lines[:2], enter) + enter + "#table.concat(names), 'typed'" + enter)
	s.shows("\n18\ntyped\ndbos>")
	long := strings.Repeat("größer ", 12_500)
	s.press("\x1b[200~long = [[" + long + "]]\x1b[201~" + enter + "#long" + enter)
	s.shows(fmt.Sprintf("\n%d\ndbos>", len(long)))
}

// hostileIDs steer a terminal, turn text around, or are longer than it, the oldest first.
func hostileIDs() []string {
	return []string{"x-\x1b[2J\x1b[31mred", "x-\x1b]0;title\a", "x-\u202egnp.exe", "x-\u200binvisible", "x-a\tb\b\b", "x-two\nlines", `x-"quoted\`,
		"x-" + strings.Repeat("long", 2000), "x-\U0001f469\u200d\U0001f467", "x-plain"}
}

func TestTerminalListsHostileIDs(t *testing.T) {
	t.Parallel()
	folder := shopFolder(t)
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(folder, "shop.sqlite"), SDK: client.SDKGo, Clock: secondly()})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range hostileIDs() {
		if _, err := client.Enqueue[int, any](c, "orders\x1b[31m", "name\u202e\n", 1, client.WithEnqueueWorkflowID(id)); err != nil {
			t.Fatal(err)
		}
	}
	c.Shutdown(0)
	s := openREPL(t, folder)
	s.press(`dbos.cancel_workflow("x-` + tab)
	s.holds("x-plain")
	s.holds("x-^[[2J^[[31mred")
	text := s.text()
	for _, part := range []string{"x-^[]0;title^G", "x-<U+202E>gnp.exe", "x-<U+200B>invisible", "longlongl…", "x-a    b^H^H"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not listed:\n%s", part, text)
		}
	}
	for _, part := range []string{"quoted", "lines", "\u202e"} { // they do not stand in quotes as they are
		if strings.Contains(text, part) {
			t.Errorf("%q is listed:\n%s", part, text)
		}
	}
	if !strings.Contains(text, "Ctrl-D ends\ndbos> dbos.cancel_workflow(\"x-\n") {
		t.Errorf("an id has steered the terminal:\n%s", text)
	}
	for _, line := range strings.Split(text, "\n") {
		if len([]rune(line)) > screenWidth {
			t.Errorf("the row is wider than the window: %q", line)
		}
	}
	for _, row := range []string{"x-plain", "x-<U+200B>invisible", "longlongl…"} { // a long id hides no other one's state
		if !regexp.MustCompile(regexp.QuoteMeta(row) + ` +-- ENQUEUED name<U\+202E>`).MatchString(text) {
			t.Errorf("the state of %q is not shown:\n%s", row, text)
		}
	}
	s.press("red" + ctrlC + `#dbos.retrieve_workflow("x-` + "\x16\x1b" + `[2J` + tab + `).workflow_id` + enter)
	s.shows(fmt.Sprintf("\n%d\ndbos>", len(hostileIDs()[0])))
	s.press("dbos.list_workflows{limit = 20, queue_name = dbos.list_workflows{name_prefix = nil, limit = 1, sort_desc = true}[1].queue_name}" + enter)
	s.holds("x-plain")
	if text := s.text(); strings.Contains(text, "\u202e") {
		t.Errorf("a table turns text around:\n%s", text)
	}
}

func TestTerminalGreetsInANarrowWindow(t *testing.T) {
	t.Parallel()
	s := openSized(t, 40, screenHeight, shopFolder(t), nil, "repl", "--db", "sqlite:shop.sqlite")
	s.shows("sqlite:shop.sqlite\nhelp() explains, Tab completes, Ctrl-D\nends\ndbos>")
	s.press("dbos.list_workflows{limit = 1}" + enter)
	s.until("a table that fits", func(text string) bool {
		return strings.Contains(text, "order-1") && strings.Contains(text, "columns: ")
	})
	for _, line := range strings.Split(s.text(), "\n") {
		if strings.HasPrefix(line, " ") && len([]rune(line)) > 40 {
			t.Errorf("%q is wider than the window", line)
		}
	}
}

// doc pages what is longer than the window, and only that.
func TestTerminalPagesTheManual(t *testing.T) {
	t.Parallel()
	for topic, paged := range map[string]bool{"dbos.list_workflows": true, "uuid.v4": false} {
		s := openScreen(t, t.TempDir(), []string{"PAGER=head -n 3"}, "doc", topic)
		if code := s.wait(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		if lines := strings.Count(s.text(), "\n") + 1; paged != (lines <= 3) || !strings.Contains(s.text(), topic+"(") {
			t.Errorf("%d lines of %s:\n%s", lines, topic, s.text())
		}
	}
}

// Every table of a command fits a narrow terminal: its rule is one line.
func TestTerminalFitsTheTablesOfCommands(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"jobs/a_long_name_of_a_job.lua": `schedule.declare{cron = "0 0 * * *", timezone = "Europe/Berlin"}`,
		"mistake.lua":                   "local unused = 1\n",
		"covered.lua":                   "print(1)\n",
		"covered_test.lua":              "local t = require \"testing\"\nt.it(\"runs\", function() require(\"runbook\").run(\"covered.lua\") end)\n",
	} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"serve", "jobs", "--list"}, {"serve", "jobs", "--list", "--output", "table"}, {"check", "mistake.lua", "--output", "table"},
		{"test", "covered_test.lua", "--coverage"},
	} {
		s := openSized(t, 30, 40, folder, nil, args...)
		s.wait()
		rules := 0
		for _, line := range strings.Split(s.text(), "\n") {
			if line != "" && strings.Trim(line, "─") == "" {
				rules++
			}
		}
		if rules != 1 {
			t.Errorf("%v: the table is %d lines wide:\n%s", args, rules, s.text())
		}
	}
}

// A terminal that is narrower than the manual gets it whole, broken where the terminal breaks it.
func TestTerminalPagesTheManualWhole(t *testing.T) {
	t.Parallel()
	for width, options := range map[int]string{40: "FRX", 80: "FRSX"} {
		s := openSized(t, width, 24, t.TempDir(), []string{"PAGER=printenv LESS"}, "doc", "dbos.list_workflows")
		s.wait()
		if got := strings.TrimSpace(s.text()); got != options {
			t.Errorf("at %d columns less is given %q, not %q", width, got, options)
		}
	}
}

// A long error and its hint break between words, in the prompt and after a command.
func TestTerminalBreaksErrorsBetweenWords(t *testing.T) {
	t.Parallel()
	s := openREPL(t, shopFolder(t))
	s.press("dbos.resume_workflows({'a'}, {queue_name = 'q'}, 'one more than the function takes')" + enter)
	s.shows("hint: options are written {name = …}; a call that stands last passes all of\n    its results, and brackets keep the first: dbos.resume_workflows((f(x)))\ndbos>")
	other := openScreen(t, t.TempDir(), nil, "db", "info", "--db", "sqlite:"+strings.Repeat("name ", 12)+"word.sqlite")
	other.until("a whole path", func(text string) bool { return strings.Contains(text, "\n  ") && strings.Contains(text, "word.sqlite") })
	for _, line := range strings.Split(other.text(), "\n") {
		if len([]rune(line)) == screenWidth {
			t.Errorf("the terminal broke %q", line)
		}
	}
}

// unwrapped is the text of a screen as one line, without the indents of its further lines.
func unwrapped(s *screen) string { return strings.Join(strings.Fields(s.text()), " ") }
