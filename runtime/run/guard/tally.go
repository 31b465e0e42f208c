package guard

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client"
)

// A TallyLine counts the outcomes of one operation's calls.
type TallyLine struct {
	Operation string
	client.Tally
	// Made is true if the calls make new things, and do not report each of them.
	Made bool
	// Note is more about the outcome of a single call; "" if there is no more, or several calls.
	Note string

	calls int
}

// String returns one line: "resume_workflows: 2 of 5 changed; 3 unchanged (ERROR)", "enqueue: 2
// created; 1 existed", "prune: 5 of 5 deleted; about 1.2 kB in 0.1 s".
func (l TallyLine) String() string {
	text := fmt.Sprintf("%s: %s", l.Operation, l.Tally)
	if l.Made {
		text = fmt.Sprintf("%s: %d %s", l.Operation, l.Changed, cmp.Or(l.Did, "created"))
		if existed := l.Named - l.Changed; existed > 0 {
			text += fmt.Sprintf("; %d existed", existed)
		}
	}
	if l.Note != "" {
		text += "; " + l.Note
	}
	return text
}

// tallies are in the order in which their operations were first called.
type tallies struct{ lines []*TallyLine }

func (t *tallies) add(operation string, change *client.Change) {
	if len(change.IDs) == 0 && change.Results == nil && change.Rows == nil {
		return
	}
	line := t.line(operation)
	line.Did, line.calls = change.Did, line.calls+1
	line.Note = change.Note
	if line.calls > 1 {
		line.Note = ""
	}
	line.Made = line.Made || change.New && change.Results == nil
	if change.Results != nil {
		line.Add(change.Results)
		return
	}
	line.Named += size(change)
	line.Changed += change.Changed
}

// line returns the line of an operation, a new one if it was not called before.
func (t *tallies) line(operation string) *TallyLine {
	at := slices.IndexFunc(t.lines, func(l *TallyLine) bool { return l.Operation == operation })
	if at < 0 {
		at = len(t.lines)
		t.lines = append(t.lines, &TallyLine{Operation: operation})
	}
	return t.lines[at]
}

// Tallies returns the outcomes for the workflows, schedules and versions that calls named or made:
// of the run, or of one input at a prompt, since Begin.
func (g *Guard) Tallies() []TallyLine {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return copies(g.tallies.lines)
}

// copies returns the values that the pointers lead to, in their order.
func copies[T any](pointers []*T) []T {
	list := make([]T, len(pointers))
	for i, pointer := range pointers {
		list[i] = *pointer
	}
	return list
}
