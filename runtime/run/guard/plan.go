package guard

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client"
)

// A Plan lists the changes that a dry run would have made.
type Plan struct {
	Lines   []PlanLine
	Calls   int64
	Changes int64 // how many workflows, schedules and versions would change or be made
	Outside []OutsideLine
}

// examples is how many ids a line of a plan names.
const examples = 3

// A PlanLine counts the effects of one operation, in a dry run, on things of one kind.
type PlanLine struct {
	Operation string
	State     string // of the workflow or schedule; of a fork its original's; empty where there is none yet
	Name      string
	Effect    string // changes, is new, stays as it is, does not exist, or why the call fails
	Count     int64
	Examples  []string
}

type planKey struct{ operation, state, name, effect string }

// plan counts by operation, state and name, in the order in which they come up.
type plan struct {
	lines   []*PlanLine
	index   map[planKey]*PlanLine
	calls   int64
	outside outsideActs
}

func (p *plan) add(change *client.Change, failure error) {
	p.calls++
	operation := Operation(change.Op)
	if failure != nil && !isMissing(change) {
		line := p.line(planKey{operation, "", change.Name, "fails: " + reason(failure)})
		line.count(change.IDs...)
		return
	}
	for _, effect := range change.Effects {
		line := p.line(planKey{operation, effect.Status, effect.Name, string(effect.Effect)})
		line.count(cmp.Or(effect.Original, effect.ID)) // the id of a fork is made up for a dry run
		line.Count += max(effect.Count, 1) - 1         // the effect stands for further workflows
	}
}

// isMissing holds for a change of one thing that does not exist, which says more than the name of
// the error.
func isMissing(change *client.Change) bool {
	return !change.New && change.From == nil && len(change.Effects) == 1 && change.Effects[0].Effect == client.EffectMissing
}

func reason(err error) string {
	if code := client.CodeOf(err); code != 0 {
		return code.String()
	}
	return err.Error()
}

func (p *plan) line(key planKey) *PlanLine {
	if line := p.index[key]; line != nil {
		return line
	}
	line := &PlanLine{Operation: key.operation, State: key.state, Name: key.name, Effect: key.effect}
	if p.index == nil {
		p.index = map[planKey]*PlanLine{}
	}
	p.index[key], p.lines = line, append(p.lines, line)
	return line
}

func (l *PlanLine) count(ids ...string) {
	l.Count += int64(len(ids))
	l.Examples = append(l.Examples, ids[:min(len(ids), examples-len(l.Examples))]...)
}

// Plan returns the plan collected so far.
func (g *Guard) Plan() Plan {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	p := Plan{Calls: g.plan.calls, Lines: make([]PlanLine, len(g.plan.lines)), Outside: g.plan.outside.list()}
	for i, line := range g.plan.lines {
		p.Lines[i] = *line
		p.Lines[i].Examples = slices.Clone(line.Examples)
		if line.Effect == string(client.EffectChange) || line.Effect == string(client.EffectNew) {
			p.Changes += line.Count
		}
	}
	return p
}

// Text is a line about the whole plan.
func (p Plan) Text() string {
	skipped, done := p.outsideCalls()
	if p.Calls == 0 && skipped == 0 && done == 0 {
		return "dry run: the script would change nothing"
	}
	text := "dry run: nothing was changed"
	if done > 0 {
		text = "dry run: the database was not changed"
	}
	if p.Calls > 0 {
		text += fmt.Sprintf("; %s would make %s", plural(p.Calls, "call"), plural(p.Changes, "change"))
	}
	if skipped > 0 {
		text += fmt.Sprintf("; %s outside of the database would be made", plural(skipped, "call"))
	}
	if done > 0 {
		text += fmt.Sprintf("; %s outside of the database %s made (--dry-run-outside)", plural(done, "call"), wasWere(done))
	}
	return text
}

func wasWere(n int64) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func plural(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
