package main

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/terminal"
)

// longTexts are names that no screen has room for: narrow, wide, in words, and too long to be laid
// out at all.
func longTexts() map[string]string {
	return map[string]string{
		"narrow": strings.Repeat("0123456789", 30), "wide": strings.Repeat("日本語", 60), "emoji": strings.Repeat("👩‍🚀🇩🇪", 40),
		"combining": strings.Repeat("e\u0301", 150), "words": strings.Repeat("a name of many words ", 20), "lines": strings.Repeat("line\n\tline ", 30),
		"endless": strings.Repeat("日x", 40_000),
	}
}

// longFolder is a liveFolder in which every text of order-99, its steps and its child is the text.
func longFolder(t *testing.T, text string) (folder, id string) {
	t.Helper()
	short := strings.ToValidUTF8(text[:min(len(text), 300)], "")
	folder, id = liveFolder(t), "order-99-"+short
	quote := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	changeLive(t, folder,
		"UPDATE operation_outputs SET function_name = "+quote(text)+" WHERE workflow_uuid = 'order-99' AND function_id <> 1",
		"UPDATE operation_outputs SET error = "+quote(text)+" WHERE workflow_uuid = 'order-99' AND function_id = 2",
		"UPDATE operation_outputs SET workflow_uuid = "+quote(id)+" WHERE workflow_uuid = 'order-99'",
		"UPDATE workflow_status SET name = "+quote(text)+", queue_name = "+quote(text)+", executor_id = "+quote(text)+", application_version = "+quote(text)+
			", error = "+quote(text)+", inputs = "+quote(strconv.Quote(short))+", workflow_uuid = "+quote(id)+" WHERE workflow_uuid = 'order-99'",
		"UPDATE workflow_status SET parent_workflow_id = "+quote(id)+", name = "+quote(text)+" WHERE workflow_uuid IN ('mail-1', 'order-1')",
		"UPDATE workflow_status SET queue_name = "+quote(text)+" WHERE workflow_uuid = 'order-2'",
	)
	return folder, id
}

// However long and wide names are, no line of show is wider than the terminal, and no text of a
// picture leaves its place.
func TestLongNamesStayInTheirColumns(t *testing.T) {
	t.Parallel()
	for what, text := range longTexts() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			folder, id := longFolder(t, text)
			for _, width := range []string{"30", "200"} {
				card := onTerminalOf(t, 80, folder, "", "show", id, "--db", "sqlite:live.sqlite", "--width", width)
				if !strings.Contains(card, "the axis is 1.0h long") || !strings.Contains(card, "█") {
					t.Errorf("show --width %s draws nothing:\n%s", width, card)
				}
				fits(t, "show", card, 80)
			}
			fits(t, "top", piped(t, folder, "top", "--db", "sqlite:live.sqlite", "--status", "ERROR"), 100)
			if what != "combining" && what != "emoji" { // vt10x has a column for each of their characters
				topFits(t, folder)
			}
			pictureFits(t, piped(t, folder, "show", id, "--db", "sqlite:live.sqlite", "--svg", "-"))
		})
	}
}

// piped returns the output of a command that has no terminal.
func piped(t *testing.T, folder string, args ...string) string {
	t.Helper()
	cmd := command(t, t.TempDir(), args...)
	cmd.Dir = folder
	cmd.Env = bare("HOME="+folder, "TZ=UTC")
	out, err := cmd.Output()
	if err != nil || len(out) == 0 {
		t.Errorf("%q: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// fits fails for lines that are too wide, except for a command, which can be copied as it is.
func fits(t *testing.T, what, text string, columns int) {
	t.Helper()
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		if width := terminal.Width(line); width > columns && !strings.HasPrefix(line, "  dbos-script why ") {
			t.Errorf("%s writes %d columns: %s", what, width, line)
		}
	}
}

// topFits looks at a workflow on the screen of top: the columns behind its names are at their
// place, and a card ends with its state.
func topFits(t *testing.T, folder string) {
	t.Helper()
	s := openScreen(t, folder, []string{"NO_COLOR=1"}, "top", "--db", "sqlite:live.sqlite", "--every", "1h", "--status", "ERROR")
	s.holds("▸ order-99")
	for _, line := range strings.Split(s.text(), "\n") {
		if row, found := strings.CutPrefix(line, "▸ order-99"); found && !regexp.MustCompile(`… +3\.2h      3  `).MatchString(row) {
			t.Errorf("the row is %q", line)
		}
	}
	s.press(enter)
	s.holds("ERROR")
	s.holds("an axis of 1.0h")
	if first, _, _ := strings.Cut(s.text(), "\n"); !strings.HasSuffix(first, "  ERROR") {
		t.Errorf("the card begins with %q", first)
	}
	s.press("w")
	s.holds("it has ended in ERROR")
	s.press("qq")
	if code := s.wait(); code != 0 {
		t.Errorf("top ends with %d\n%s", code, s.text())
	}
}

// pictureFits reads the texts of a picture: a name ends before the axis, and nothing ends behind
// the right edge. A column of the small font is at most 7.9 wide, and of the heading 9.7.
func pictureFits(t *testing.T, svg string) {
	t.Helper()
	var picture struct {
		Width float64 `xml:"width,attr"`
		Texts []struct {
			Class string  `xml:"class,attr"`
			X     float64 `xml:"x,attr"`
			Text  string  `xml:",chardata"`
		} `xml:"text"`
		Rows []struct {
			Texts []struct {
				X    float64 `xml:"x,attr"`
				Text string  `xml:",chardata"`
			} `xml:"text"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal([]byte(svg), &picture); err != nil {
		t.Fatalf("%v\n%s", err, svg)
	}
	const axis = 320
	if len(picture.Rows) < 5 {
		t.Errorf("the picture has %d rows", len(picture.Rows))
	}
	for i, row := range picture.Rows {
		for _, text := range row.Texts {
			right := picture.Width
			if text.X < axis {
				right = axis
			}
			if end := text.X + 7.9*float64(terminal.Width(text.Text)); end > right {
				t.Errorf("row %d: %q ends at %.0f, behind %.0f", i, text.Text, end, right)
			}
		}
	}
	for _, text := range picture.Texts {
		column := 7.9
		if text.Class == "head" {
			column = 9.7
		}
		if end := text.X + column*float64(terminal.Width(text.Text)); end > picture.Width {
			t.Errorf("%q ends at %.0f, behind %.0f", text.Text, end, picture.Width)
		}
	}
}
