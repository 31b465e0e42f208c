package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// A question is a row of the table of docs/guide/operations.md.
type question struct{ text, ours, temporal, dbos string }

func questions(t *testing.T) []question {
	t.Helper()
	page, err := os.ReadFile("../../docs/guide/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var list []question
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 6 || !strings.Contains(cells[2], "`") {
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		list = append(list, question{cells[1], cells[2], cells[3], cells[4]})
	}
	if len(list) != 20 {
		t.Fatalf("the page has %d questions", len(list))
	}
	return list
}

// rivals are how the DBOS CLIs spell a command: Python's and Go's as it is, and the one of
// TypeScript with its aliases, started by npx or installed for all projects. It has no -d.
func rivals(command string) []string {
	if command == "–" {
		return nil
	}
	typescript := strings.NewReplacer("dbos workflow queue", "dbos wf q", "dbos workflow list -d", "dbos wf list", "dbos workflow", "dbos wf").Replace(command)
	return []string{command, typescript, "npx " + typescript}
}

// Each command of the page has the short name, runs, and takes no more keys than the others of its
// row.
func TestEachQuestionHasItsCommand(t *testing.T) {
	t.Parallel()
	for _, q := range questions(t) {
		t.Run(q.text, func(t *testing.T) {
			t.Parallel()
			for _, other := range append(rivals(q.temporal), rivals(q.dbos)...) {
				if utf8.RuneCountInString(other) < utf8.RuneCountInString(q.ours) {
					t.Errorf("%q is shorter than %q", other, q.ours)
				}
			}
			if !strings.HasPrefix(q.ours, shortName+" ") {
				t.Errorf("%q does not begin with the short name", q.ours)
			}
			b := clienttest.On(t, "SQLite")
			if err := (simulator.Fleet{}).Populate(t.Context(), b.Database); err != nil {
				t.Fatal(err)
			}
			c := b.NewClient()
			if err := c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "nightly", WorkflowName: "send_mail", Schedule: "0 3 * * *", QueueName: "mails"}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.RegisterQueue(client.QueueInput{Name: "mails"}); err != nil {
				t.Fatal(err)
			}
			words := strings.Fields(strings.Replace(q.ours, "ID", questionID(t, c, q.ours), 1))
			var out, log bytes.Buffer
			args := append(words[1:], "--db", b.Config().DatabaseURL, "--yes", "--audit", filepath.Join(t.TempDir(), "audit.jsonl"))
			if code := Main(t.Context(), args, streams{strings.NewReader(""), &out, &log}); code != 0 {
				t.Errorf("%s ends with %d\n%s%s", strings.Join(words, " "), code, &out, &log)
			}
		})
	}
}

// stepsOfQuestions is the highest number of a step that the page forks from. How many steps the
// orders of the fleet have depends on the time of day.
const stepsOfQuestions = 2

// questionID returns the id of a workflow that the command of a question is for.
func questionID(t *testing.T, c client.Client, command string) string {
	t.Helper()
	status := client.WorkflowStatusSuccess
	for word, wanted := range map[string]client.WorkflowStatusType{
		"cancel": client.WorkflowStatusPending, "resume": client.WorkflowStatusCancelled, "why": client.WorkflowStatusPending,
	} {
		if strings.Contains(command, word) {
			status = wanted
		}
	}
	found, err := c.ListWorkflows(client.WithStatus([]client.WorkflowStatusType{status}))
	if err != nil {
		t.Fatal(err)
	}
	for _, wf := range found {
		steps, err := c.GetWorkflowSteps(wf.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(steps) > stepsOfQuestions || !strings.Contains(command, "fork") {
			return wf.ID
		}
	}
	t.Fatalf("no workflow in %s has more than %d steps", status, stepsOfQuestions)
	return ""
}
