package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hinshun/vt10x"

	"github.com/dbos-script/dbos-script/client"
)

const (
	enter = "\r"
	tab   = "\t"
	ctrlC = "\x03"
	ctrlD = "\x04"
	up    = "\x1b[A"
)

// shopFolder is a folder with a database: three orders and a mail.
func shopFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(folder, "shop.sqlite"), Create: true,
		SDK: client.SDKGo, Clock: secondly()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Shutdown(0)
	for i := range 3 {
		_, err := client.Enqueue[int, any](c, "orders", "process_order", i, client.WithEnqueueWorkflowID(fmt.Sprintf("order-%d", i+1)))
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.Enqueue[int, any](c, "mails", "send_mail", 1, client.WithEnqueueWorkflowID("mail-1")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// secondly is a clock on which a second passes between two looks: rows of one millisecond have no
// order.
func secondly() func() time.Time {
	var mutex sync.Mutex
	now := time.Now().Add(-time.Minute)
	return func() time.Time {
		mutex.Lock()
		defer mutex.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func openREPL(t *testing.T, folder string, environment ...string) *screen {
	t.Helper()
	s := openScreen(t, folder, environment, "repl", "--db", "sqlite:shop.sqlite")
	s.shows("sqlite:shop.sqlite\nhelp() explains, Tab completes, Ctrl-D ends\ndbos>")
	return s
}

func TestTerminalEditsSeveralLines(t *testing.T) {
	t.Parallel()
	s := openREPL(t, shopFolder(t))
	s.press("for i = 1, 2 do" + enter)
	s.shows("dbos> for i = 1, 2 do\n  ..>")
	s.press("print(i * 10)" + enter + "end" + enter)
	s.shows("\n10\n20\ndbos>")
	s.press("local many = {" + enter + "'a'," + enter + "'b'}" + enter)
	s.press("#many" + enter)
	s.shows("dbos> #many\n2\ndbos>")
	s.press("_ + 1" + enter)
	s.shows("\n3\ndbos>")
	s.press("for i = 1, 40 do print(i) end" + enter)
	s.shows("\n40\ndbos>")
	s.press("if true then" + enter + "  x = '" + strings.Repeat("wrap ", 20) + "'" + enter + "  y = 1")
	s.shows("\n40\ndbos> if true then\n  ..>   x = '" + strings.Repeat("wrap ", 13) + "wr\nap " + strings.Repeat("wrap ", 5) + "wrap '\n  ..>   y = 1")
	s.press(ctrlC)
	s.shows("y = 1^C\ndbos>")
	s.press(ctrlD)
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestTerminalCompletes(t *testing.T) {
	t.Parallel()
	s := openREPL(t, shopFolder(t))
	for _, c := range []struct{ keys, shown string }{
		{"dbos.cancel_workflows" + tab, "dbos> dbos.cancel_workflows"},
		{"dbos.set_l" + tab, "dbos> dbos.set_latest_application_version"},
		{"rows = dbos.list_workflows{stat" + tab + `"ENQ` + tab + ", na" + tab + `"pro` + tab + "}" + enter + "rows[1].sta" + tab,
			`dbos> rows = dbos.list_workflows{status = "ENQUEUED", name = "process_order"}` + "\ndbos> rows[1].sta"},
		{`dbos.retrieve_workflow("mai` + tab, `dbos> dbos.retrieve_workflow("mail-1"`},
		{`dbos.list_workflows{queue_name = "or` + tab, `dbos> dbos.list_workflows{queue_name = "orders"`},
	} {
		s.press(c.keys)
		s.holds(c.shown)
		s.press(ctrlC)
		s.shows("\ndbos>")
	}
	s.press("rows[1].priori" + tab + enter)
	s.shows("dbos> rows[1].priority\n0\ndbos>")
	s.press(`dbos.list_workflows{sta` + tab)
	s.shows("start_time  -- Only workflows created at or after this time.\nstatus      -- Only workflows in one of these states.")
	s.press(ctrlC)
	s.shows("\ndbos>")
	s.press(`dbos.cancel_workflow("order` + tab)
	s.shows("order-3  -- ENQUEUED process_order\norder-2  -- ENQUEUED process_order\norder-1  -- ENQUEUED process_order")
}

func TestTerminalShowsValues(t *testing.T) {
	t.Parallel()
	folder := shopFolder(t)
	s := openREPL(t, folder)
	s.press("dbos.list_workflows{name = 'send_mail'}" + enter)
	s.holds("\n id      status    name       queue_name  created_at            attempts\n──────")
	s.press("_[1]" + enter)
	s.holds("id:              mail-1\nstatus:          ENQUEUED\nname:            send_mail\n")
	s.press("emit{{id = 'x', note = ('y'):rep(59), more = ('z'):rep(59)}}" + enter)
	s.until("a table that fits", func(text string) bool {
		return strings.Contains(text, "─\n") && strings.Contains(text, "y… ") && strings.Contains(text, "z…")
	})

	paged := openREPL(t, folder, "PAGER=head -n 3")
	paged.press("local many = {} for i = 1, 40 do many[i] = dbos.list_workflows{limit = 1}[1] end" + enter)
	paged.press("many" + enter)
	paged.shows("order-1  ENQUEUED  process_order  orders      " + today(paged) + "\ndbos>")
}

// today cuts the time and the attempts of the last row off the screen.
func today(s *screen) string {
	s.holds("order-1  ENQUEUED  process_order  orders ")
	_, rest, _ := strings.Cut(s.text(), "order-1  ENQUEUED  process_order  orders      ")
	row, _, _ := strings.Cut(rest, "\n")
	return row
}

func TestTerminalExplainsAPrintedTable(t *testing.T) {
	t.Parallel()
	s := openREPL(t, shopFolder(t))
	s.press("print({1, 2})" + enter)
	s.holds("dbos-script: print(inspect.dump(t)) shows what is in a table")
}

func TestTerminalInterrupts(t *testing.T) {
	t.Parallel()
	s := openREPL(t, shopFolder(t))
	s.press("half a line" + ctrlC)
	s.shows("dbos> half a line^C\ndbos>")
	s.press("if true then" + enter + "print(1)" + ctrlC)
	s.shows("print(1)^C\ndbos>")
	s.press("print('begins') while true do end" + enter)
	s.shows("\nbegins")
	s.press(ctrlC)
	s.holds("interrupted")
	s.press("print('begins', 'again') dbos.retrieve_workflow('mail-1'):get_result()" + enter)
	s.shows("\nbegins  again")
	s.press(ctrlC)
	s.press("'still here'" + enter)
	s.shows("\nstill here\ndbos>")
	s.press("exit(17)" + enter)
	if code := s.wait(); code != 17 {
		t.Errorf("exit code %d", code)
	}
}

func TestTerminalRemembers(t *testing.T) {
	t.Parallel()
	folder := shopFolder(t)
	s := openREPL(t, folder)
	s.press("1 + 1" + enter)
	s.shows("\n2\ndbos>")
	s.press("url = 'postgres://me:hunter2@host/db'" + enter + ctrlD)
	s.wait()
	again := openREPL(t, folder)
	again.press(up)
	again.shows("dbos> 1 + 1")
	history, err := os.ReadFile(filepath.Join(folder, ".local/state/dbos-script/history"))
	if err != nil || strings.Contains(string(history), "hunter2") || !strings.Contains(string(history), "1 + 1") {
		t.Errorf("the history is %q, %v", history, err)
	}
}

func TestTerminalShowsTheProfile(t *testing.T) {
	t.Parallel()
	folder := shopFolder(t)
	profiles := "[profile.prod]\nurl = \"sqlite:shop.sqlite\"\nread-only = true\ncolour = \"red\"\n[profile.test]\nurl = \"sqlite:shop.sqlite\"\n"
	if err := os.WriteFile(filepath.Join(folder, "dbos-script.toml"), []byte(profiles), 0o600); err != nil {
		t.Fatal(err)
	}
	s := openScreen(t, folder, nil, "repl", "--profile", "prod")
	s.shows(", read-only\nhelp() explains, Tab completes, Ctrl-D ends\nprod(ro)>")
	if red := s.colour("prod(ro)>"); red != vt10x.Red && red != vt10x.LightRed {
		t.Errorf("the prompt has the colour %d", red)
	}
	s.press("local x = 'text'")
	s.shows("prod(ro)> local x = 'text'")
	if got := s.colour("local"); got != vt10x.Magenta {
		t.Errorf("a keyword has the colour %d", got)
	}
	if got := s.colour("'text'"); got != vt10x.Green {
		t.Errorf("a string has the colour %d", got)
	}
	plain := openScreen(t, folder, []string{"NO_COLOR=1"}, "repl", "--profile", "test")
	plain.shows("\ntest>")
	plain.press("local x = 'text'")
	plain.shows("test> local x = 'text'")
	for _, part := range []string{"test>", "local", "'text'"} {
		if got := plain.colour(part); got != vt10x.DefaultFG {
			t.Errorf("%q has the colour %d", part, got)
		}
	}
}

func TestTerminalNamesAMistakeInTheURLAtOnce(t *testing.T) {
	t.Parallel()
	s := openScreen(t, t.TempDir(), nil, "repl", "--db", "sqlite:nothing.sqlite")
	s.holds("nothing.sqlite")
	if code := s.wait(); code != 3 {
		t.Errorf("exit code %d", code)
	}
}

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

// A deletion asks on a terminal however small it is, and nothing is deleted without a yes.
func TestTerminalAsksBeforeEveryDeletion(t *testing.T) {
	t.Parallel()
	folder := shopFolder(t)
	deletion := []string{"--db", "sqlite:shop.sqlite", "-e", `emit(dbos.delete_workflows{"order-1"}.changed)`}
	const question = "delete_workflows of 1 workflow for good on sqlite:shop.sqlite\nGo on with this run? [y/N]"
	for _, answer := range []string{"n" + enter, enter, ctrlD, "yess" + enter} {
		refused := openScreen(t, folder, nil, deletion...)
		refused.shows(question)
		refused.press(answer)
		if code := refused.wait(); code != 5 || !strings.Contains(unwrapped(refused), "the answer was no") || strings.Contains(refused.text(), "] dbos") {
			t.Errorf("%q: exit code %d\n%s", answer, code, refused.text())
		}
	}
	stopped := openScreen(t, folder, nil, deletion...)
	stopped.shows(question)
	stopped.press(ctrlC)
	if code := stopped.wait(); code != 130 {
		t.Errorf("exit code %d after Ctrl-C\n%s", code, stopped.text())
	}
	typed := openREPL(t, folder)
	typed.press(`dbos.delete_workflows{"order-1"}` + enter)
	typed.shows(question)
	typed.press("n" + enter)
	typed.until("the answer", func(string) bool { return strings.Contains(unwrapped(typed), "the answer was no") })
	typed.press("#dbos.list_workflows{name = 'process_order'}" + enter)
	typed.shows("\n3\ndbos>")
	done := openScreen(t, folder, nil, deletion...)
	done.shows(question)
	done.press("y" + enter)
	if code := done.wait(); code != 0 || !strings.Contains(done.text(), "\n 1\n") || !strings.HasSuffix(done.text(), "delete_workflows: 1 of 1 changed") {
		t.Errorf("exit code %d\n%s", code, done.text())
	}
	typed.press("#dbos.list_workflows{name = 'process_order'}" + enter)
	typed.shows("\n2\ndbos>")
	unasked := openScreen(t, folder, nil, "--yes", "--db", "sqlite:shop.sqlite", "-e", `emit(dbos.delete_workflows{"order-2"}.changed)`)
	if code := unasked.wait(); code != 0 || strings.Contains(unasked.text(), "Go on") {
		t.Errorf("exit code %d\n%s", code, unasked.text())
	}
}
