package guard

import (
	"slices"

	"github.com/dbos-script/dbos-script/client"
)

// A TallyLine counts the outcomes of one operation's calls.
type TallyLine struct {
	Operation string
	client.Tally
}

// tallies are in the order in which their operations were first called.
type tallies struct{ lines []*TallyLine }

func (t *tallies) add(operation string, change *client.Change) {
	if change.New && change.Results == nil || len(change.IDs) == 0 && change.Results == nil {
		return
	}
	at := slices.IndexFunc(t.lines, func(l *TallyLine) bool { return l.Operation == operation })
	if at < 0 {
		at = len(t.lines)
		t.lines = append(t.lines, &TallyLine{Operation: operation})
	}
	line := t.lines[at]
	if change.Results != nil {
		line.Add(change.Results)
		return
	}
	line.Named += size(change)
	line.Changed += change.Changed
}

// Tallies returns the outcomes for the workflows, schedules and versions that calls named: of the
// run, or of one input at a prompt, since Begin. Calls that make new things are included only if
// they report each of them.
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
