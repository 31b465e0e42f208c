package main

import (
	"fmt"
	"os"
	"path/filepath"
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
	if code := done.wait(); code != 0 || !strings.Contains(done.text(), "\n 1\n") || !strings.Contains(done.text(), "delete_workflows: 1 of 1 changed; run 20") {
		t.Errorf("exit code %d\n%s", code, done.text())
	}
	typed.press("#dbos.list_workflows{name = 'process_order'}" + enter)
	typed.shows("\n2\ndbos>")
	unasked := openScreen(t, folder, nil, "--yes", "--db", "sqlite:shop.sqlite", "-e", `emit(dbos.delete_workflows{"order-2"}.changed)`)
	if code := unasked.wait(); code != 0 || strings.Contains(unasked.text(), "Go on") {
		t.Errorf("exit code %d\n%s", code, unasked.text())
	}
}
