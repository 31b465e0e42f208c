package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// updateScreens is the variable that has the tests write the golden screens anew.
const updateScreens = "DBOS_SCRIPT_UPDATE_SCREENS"

// liveFolder is a folder with a database whose screens never change: every age is in hours.
func liveFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "live.sqlite")
	c, err := client.NewClient(t.Context(), client.ClientConfig{DatabaseURL: "sqlite:" + file, Create: true, SDK: client.SDKGo})
	if err != nil {
		t.Fatal(err)
	}
	many, few := 20, 5
	limits := client.QueueLimits{Concurrency: &many, WorkerConcurrency: &few, RateLimit: &client.RateLimit{Limit: 100, Period: time.Minute}}
	for _, q := range []client.QueueInput{{Name: "orders", QueueLimits: limits}, {Name: "mails"}} {
		if _, err := c.RegisterQueue(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.PauseQueue("mails"); err != nil {
		t.Fatal(err)
	}
	c.Shutdown(0)
	database, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	now := time.Now()
	hours := func(ago float64) any {
		if ago < 0 {
			return nil
		}
		return now.Add(-time.Duration(ago * float64(time.Hour))).UnixMilli()
	}
	add := func(id, status, name, queue string, created, started, ended float64) {
		t.Helper()
		_, err := database.Exec("INSERT INTO workflow_status (workflow_uuid, status, name, queue_name, recovery_attempts, created_at, updated_at, started_at_epoch_ms, completed_at, "+
			"application_version, executor_id, inputs, error, serialization) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, 'v7', 'executor-1', '{\"order\":1}', ?, 'portable_json')",
			id, status, name, queue, hours(created), hours(created), hours(started), hours(ended), map[bool]any{true: `{"name":"CardDeclined","message":"no funds"}`}[status == "ERROR"])
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 12 {
		add(fmt.Sprintf("order-%d", i+1), "PENDING", "process_order", "orders", 20.2-float64(i), 15.2-float64(i), -1)
	}
	for i := range 3 {
		add(fmt.Sprintf("order-%d", i+101), "ENQUEUED", "process_order", "orders", 3.2+float64(i), -1, -1)
	}
	add("mail-1", "ENQUEUED", "send_mail", "mails", 2.2, -1, -1)
	add("x\x1b[2J<\u202e>日本", "PENDING", "evil\nname", "a queue with a name that is rather long for a screen", 2.2, 2.2, -1)
	add("order-99", "ERROR", "process_order", "orders", 5.2, 4.2, 3.2)
	step := func(id string, number int, name string, failed any, child any, started, ended float64) {
		t.Helper()
		if _, err := database.Exec("INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, error, child_workflow_id, started_at_epoch_ms, completed_at_epoch_ms, serialization) "+
			"VALUES (?, ?, ?, ?, ?, ?, ?, 'portable_json')", id, number, name, failed, child, hours(started), hours(ended)); err != nil {
			t.Fatal(err)
		}
	}
	step("order-1", 0, "reserve_stock", nil, nil, 15.2, 13.2)
	step("order-1", 1, "charge", nil, nil, 13.2, 12.2)
	step("order-99", 0, "reserve_stock", nil, nil, 4.2, 3.7)
	step("order-99", 1, "send_mail", nil, "mail-1", 3.7, 3.7)
	step("order-99", 2, "charge", `{"name":"CardDeclined","message":"no funds"}`, nil, 3.7, 3.2)
	return folder
}

// changeLive changes the database of a liveFolder, which a command may read at the same time.
func changeLive(t *testing.T, folder string, statements ...string) {
	t.Helper()
	database, err := sql.Open("sqlite", filepath.Join(folder, "live.sqlite")+"?_pragma=busy_timeout(20000)")
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	for _, statement := range statements {
		if _, err := database.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}

// varying matches the parts of a screen that differ from one run to the next.
var varying = regexp.MustCompile(`\d\d\d\d-\d\d-\d\d \d\d:\d\d:\d\d|\d\d:\d\d:\d\d`)

// steady returns the text of the screen with zeros in the place of dates and times of day.
func (s *screen) steady() string {
	digit := regexp.MustCompile(`\d`)
	return varying.ReplaceAllStringFunc(s.text(), func(part string) string { return digit.ReplaceAllString(part, "0") }) + "\n"
}

// golden waits for the screen to be a file of testdata/screens.
func (s *screen) golden(name string) {
	s.t.Helper()
	path := filepath.Join("testdata", "screens", name+".txt")
	if os.Getenv(updateScreens) != "" {
		s.update(path)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatalf("%v: %s=1 writes it", err, updateScreens)
	}
	deadline := time.After(patience)
	for s.steady() != string(want) {
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("%s: the screen is\n%s\nwant\n%s", name, s.steady(), want)
		}
	}
}

// update writes the screen, once it has not changed for a second, or after three.
func (s *screen) update(path string) {
	s.t.Helper()
	deadline := time.After(3 * time.Second)
	for still := false; !still; {
		select {
		case <-s.changed:
		case <-deadline:
			still = true
		case <-time.After(time.Second):
			still = true
		}
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(s.steady()), 0o644)); err != nil {
		s.t.Fatal(err)
	}
}

// drive shows the screens of top and show in one size.
func drive(t *testing.T, width, height int) {
	size := fmt.Sprintf("_%dx%d", width, height)
	s := openSized(t, width, height, liveFolder(t), []string{"NO_COLOR=1"}, "top", "--db", "sqlite:live.sqlite", "--every", "1h")
	s.holds("▸ order-1 ")
	s.golden("top" + size)
	s.press("jj")
	s.holds("▸ order-3 ")
	s.press("s")
	s.holds("ENQUEUED, the oldest first")
	s.press("/send_mailx\x7f" + enter)
	s.holds("name send_mail")
	s.holds("▸ mail-1")
	s.golden("top_filter" + size)
	s.press("/\x15" + enter + "ss")
	s.holds("ERROR, the newest first")
	s.press(enter)
	s.holds("CardDeclined: no funds")
	s.golden("top_card" + size)
	s.press("w")
	s.holds("1. it has ended in ERROR")
	s.golden("top_why" + size)
	s.press("q?")
	s.holds("any key goes back")
	s.golden("top_help" + size)
	s.press("qq")
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	card := openSized(t, width, height, liveFolder(t), []string{"NO_COLOR=1"}, "show", "order-99", "--db", "sqlite:live.sqlite")
	if code := card.wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	card.golden("show" + size)
}

func TestTopOnASmallScreen(t *testing.T) {
	t.Parallel()
	drive(t, 80, 24)
}

func TestTopOnALargeScreen(t *testing.T) {
	t.Parallel()
	drive(t, 200, 50)
}

// Keys change a workflow after a question, through the gate of every run.
func TestTopChangesWorkflows(t *testing.T) {
	t.Parallel()
	folder := liveFolder(t)
	record := filepath.Join(folder, "audit.jsonl")
	s := openScreen(t, folder, nil, "top", "--db", "sqlite:live.sqlite", "--every", "1h", "--audit", record, "--max-changes", "2")
	s.holds("▸ order-1 ")
	s.press("c")
	s.holds("cancel order-1? y/N")
	s.press("n")
	s.holds("nothing was changed")
	s.press("cy")
	s.holds("order-1: cancelled")
	s.holds("12 running")
	s.press("sssss")
	s.holds("CANCELLED, the newest first")
	s.holds("▸ order-1 ")
	s.press("ry")
	s.holds("order-1: resumed")
	s.press("q")
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.text())
	}
	text, err := os.ReadFile(record)
	if err != nil || strings.Count(string(text), `"order-1"`) < 2 || !strings.Contains(string(text), "cancel_workflows") {
		t.Errorf("%v, the audit log has\n%s", err, text)
	}
	denied := openScreen(t, folder, nil, "top", "--db", "sqlite:live.sqlite", "--every", "1h", "--max-changes", "0")
	denied.holds("▸ order-2 ")
	denied.press("cy")
	if code := denied.wait(); code != 5 || !strings.Contains(unwrapped(denied), "--max-changes") {
		t.Errorf("exit code %d\n%s", code, denied.text())
	}
	dry := openScreen(t, folder, nil, "top", "--db", "sqlite:live.sqlite", "--every", "1h", "--dry-run")
	dry.holds("dry run")
	dry.press("cy")
	dry.holds("order-2: the plan at the end has it")
	dry.press("q")
	if code := dry.wait(); code != 0 || !strings.Contains(unwrapped(dry), "nothing was changed; 1 call would make 1 change") {
		t.Errorf("exit code %d\n%s", code, dry.text())
	}
}

// However long the names are, a question ends with its answers, a card shows the state, and what a
// step ended with stands below it on a line that is too short for both.
func TestLongNamesHideNothing(t *testing.T) {
	t.Parallel()
	folder := liveFolder(t)
	id := "order-" + strings.Repeat("0123456789", 12)
	changeLive(t, folder,
		"UPDATE workflow_status SET workflow_uuid = '"+id+"', name = 'long' || char(10) || 'name', executor_id = '"+strings.Repeat("executor ", 20)+"' WHERE workflow_uuid = 'order-3'",
		"INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, error, started_at_epoch_ms, completed_at_epoch_ms) VALUES ('"+id+
			"', 0, 'charge_the_card_of_the_customer', 'no funds on the account', 1, 2)",
	)
	s := openScreen(t, folder, []string{"NO_COLOR=1"}, "top", "--db", "sqlite:live.sqlite", "--every", "1h", "--name", "long\nname")
	s.holds("▸ order-0")
	s.press("c")
	s.holds("…? y/N")
	s.press("n" + enter)
	s.holds("…  PENDING")
	s.press("w")
	s.holds("executor\n     executor")
	s.press("qq")
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.text())
	}
	card := openScreen(t, folder, []string{"NO_COLOR=1"}, "show", id, "--db", "sqlite:live.sqlite")
	if code := card.wait(); code != 0 || !strings.Contains(card.text(), `long\nname  PENDING`) || !strings.Contains(card.text(), "charge_the_card_of_the_customer\n         no funds") {
		t.Errorf("exit code %d\n%s", code, card.text())
	}
}

// watch draws a line for each workflow until all have ended, and leaves their last states.
func TestWatchOnATerminal(t *testing.T) {
	t.Parallel()
	folder := liveFolder(t)
	s := openScreen(t, folder, []string{"NO_COLOR=1"}, "watch", "order-1", "order-2", "order-99", "--db", "sqlite:live.sqlite", "--every", "0.1s")
	s.holds("1 of 3 have ended, 1 without success")
	s.golden("watch_80x24")
	changeLive(t, folder,
		"UPDATE workflow_status SET status = 'SUCCESS', completed_at = started_at_epoch_ms + 7200000 WHERE workflow_uuid = 'order-1'",
		"DELETE FROM workflow_status WHERE workflow_uuid = 'order-2'",
	)
	if code := s.wait(); code != 4 || !strings.Contains(s.text(), "SUCCESS    order-1  process_order\nGONE       order-2  process_order\nERROR      order-99  process_order\n") ||
		!strings.Contains(s.text(), "order-2 was deleted meanwhile") || !strings.HasSuffix(s.text(), "1 of 3 succeeded") {
		t.Errorf("exit code %d\n%s", code, s.text())
	}
	left := openScreen(t, folder, nil, "watch", "order-3", "--db", "sqlite:live.sqlite")
	left.holds("0 of 1 have ended")
	left.press("q")
	if code := left.wait(); code != 1 || !strings.HasSuffix(left.text(), "1 of 1 have not ended") {
		t.Errorf("exit code %d\n%s", code, left.text())
	}
}
