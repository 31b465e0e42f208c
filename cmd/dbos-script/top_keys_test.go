package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

const (
	pageDown, home, end = "\x1b[6~", "\x1b[H", "\x1b[F"
	ctrlL, esc          = "\x0c", "\x1b"
)

// liveTop runs top on a terminal of a height, and returns it with a function that changes the
// database.
func liveTop(t *testing.T, height int, args ...string) (*screen, func(statements ...string)) {
	t.Helper()
	folder := liveFolder(t)
	change := func(statements ...string) {
		t.Helper()
		changeLive(t, folder, statements...)
	}
	s := openSized(t, 80, height, folder, []string{"NO_COLOR=1"}, append([]string{"top", "--db", "sqlite:live.sqlite"}, args...)...)
	s.holds("▸ order-1 ")
	return s, change
}

// lacks waits until a text is nowhere on the terminal.
func (s *screen) lacks(part string) {
	s.t.Helper()
	s.until("a screen without "+part, func(text string) bool { return !strings.Contains(text, part) })
}

const now = "CAST(strftime('%s') AS INTEGER) * 1000"

// The screen that is paused stays as it is while another one follows the database, until a key asks
// for all anew, or ends the pause.
func TestTopPauses(t *testing.T) {
	t.Parallel()
	s, change := liveTop(t, 24, "--every", "0.2s")
	s.press("p")
	s.holds("paused  enter show")
	change("UPDATE workflow_status SET status = 'CANCELLED' WHERE workflow_uuid = 'order-12'")
	beside := openScreen(t, s.cmd.Dir, []string{"NO_COLOR=1"}, "top", "--db", "sqlite:live.sqlite", "--every", "0.2s")
	clock := regexp.MustCompile(`\d\d:\d\d:\d\d`)
	beside.holds("12 running")
	first := clock.FindString(beside.text())
	beside.until("another second", func(text string) bool { return clock.FindString(text) != first })
	if !strings.Contains(s.text(), "13 running") || !strings.Contains(s.text(), "  order-12") {
		t.Errorf("paused, it shows\n%s", s.text())
	}
	s.press(ctrlL)
	s.holds("12 running")
	s.holds("paused  enter show")
	change("UPDATE workflow_status SET status = 'CANCELLED' WHERE workflow_uuid = 'order-11'")
	s.press("p")
	s.holds("11 running")
	s.lacks("paused  enter show")
}

// The workflow that was chosen stays so while others come and go, and the list scrolls to it.
func TestTopKeepsTheChoice(t *testing.T) {
	t.Parallel()
	s, change := liveTop(t, 14, "--every", "1h")
	s.holds("… and 1 more: dbos-script queues shows all")
	s.press("jjj")
	s.holds("▸ order-4 ")
	s.lacks("  order-1 ")
	s.holds("  order-3 ")
	change("DELETE FROM workflow_status WHERE workflow_uuid IN ('order-1', 'order-2')")
	s.press(ctrlL)
	s.holds("11 running")
	s.holds("▸ order-4 ")
	s.press(pageDown)
	s.holds("▸ x\\x1b")
	s.press(home)
	s.holds("▸ order-3 ")
	s.press(end + "k")
	s.holds("▸ order-12 ")
	s.press("S")
	s.holds("SUCCESS of the last hour, the newest first")
	s.press("ss")
	s.holds("▸ order-103 ")
	s.press("jS")
	s.holds("PENDING, the oldest first")
	s.press("s")
	s.holds("ENQUEUED, the oldest first")
	s.holds("▸ order-103 ") // the first again
}

// top says why it could not read, and forgets it once it can.
func TestTopShowsErrors(t *testing.T) {
	t.Parallel()
	s, change := liveTop(t, 24, "--every", "1h")
	change("ALTER TABLE workflow_status RENAME TO elsewhere")
	s.press(ctrlL)
	s.holds("no such table: workflow_status")
	s.holds("▸ order-1 ")
	change("ALTER TABLE elsewhere RENAME TO workflow_status")
	s.press(ctrlL)
	s.lacks("no such table")
	s.press("/owner:shop" + enter)
	s.holds(`filter: there is no "owner", only name and queue`)
	s.press("/nobody")
	s.holds("filter: nobody")
	s.press(esc)
	s.lacks("nobody")
	s.holds("▸ order-1 ")
	s.press("c")
	s.holds("cancel order-1? y/N")
	change("DELETE FROM workflow_status WHERE workflow_uuid = 'order-1'")
	s.press("Y")
	s.holds("order-1: it is gone")
}

// What ended in the last minute is counted, failures by name, and SUCCESS has no older ones
// in its list.
func TestTopCountsTheLastMinute(t *testing.T) {
	t.Parallel()
	s, change := liveTop(t, 30, "--every", "1h")
	change("UPDATE workflow_status SET status = 'ERROR', completed_at = "+now+" WHERE workflow_uuid IN ('order-10', 'order-11')",
		"UPDATE workflow_status SET status = 'CANCELLED', completed_at = "+now+" WHERE workflow_uuid = 'order-12'",
		"UPDATE workflow_status SET status = 'SUCCESS', completed_at = "+now+" WHERE workflow_uuid = 'order-9'",
		"UPDATE workflow_status SET status = 'SUCCESS', completed_at = "+now+" - 7200000 WHERE workflow_uuid = 'order-8'",
		"UPDATE workflow_status SET status = 'DELAYED', delay_until_epoch_ms = 230000000000000 WHERE workflow_uuid = 'order-103'")
	s.press(ctrlL)
	s.holds("8 running  3 waiting  1 delayed  in the last minute 4 ended, 2 failed")
	s.holds("failed in the last minute: process_order 2")
	s.press("S")
	s.holds("▸ order-9 ")
	s.lacks("order-8 ")
}

// A card scrolls as far as it has lines, keeps the reasons that were asked for, and says if its
// workflow is gone.
func TestTopScrollsACard(t *testing.T) {
	t.Parallel()
	s, change := liveTop(t, 14, "--every", "1h")
	for i := range 30 {
		change(fmt.Sprintf("INSERT OR IGNORE INTO operation_outputs (workflow_uuid, function_id, function_name) VALUES ('order-1', %d, 'step_%d')", i, i))
	}
	s.press("w")
	s.holds("1. ")
	change("UPDATE workflow_status SET executor_id = 'executor-2' WHERE workflow_uuid = 'order-1'")
	s.press(ctrlL)
	s.holds("executor-2")
	s.holds("1. ")
	s.press(end)
	s.holds("step_29")
	s.lacks("executor-2")
	s.press(strings.Repeat("k", 3))
	s.lacks("step_29")
	s.holds("step_26")
	s.press(home)
	s.holds("executor-2")
	change("DELETE FROM workflow_status WHERE workflow_uuid = 'order-1'")
	s.press(ctrlL)
	s.holds("it is gone")
}
