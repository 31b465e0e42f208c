package guard

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dbos-script/dbos-script/client"
)

// A Plan holds the changes that a dry run would have made. It says how many there are of each kind,
// so that a person can read it before the real run.
type Plan struct {
	Lines   []PlanLine    // changes of databases, in the order in which the run first made one of the kind
	Calls   int64         // the number of calls of operations on a database, also if they fail or change nothing
	Changes int64         // the number of workflows, schedules and the like that would change or be created
	Outside []OutsideLine // calls that change something outside of the database
}

// A PlanLine counts the workflows, schedules or versions that have the same Operation, State, Name
// and Effect.
type PlanLine struct {
	Operation string   // as scripts call it: resume_workflows
	State     string   // before the change; if it is a fork, of its original; "" if there is none
	Name      string   // of the workflow, or of the workflow that the schedule starts; "" if unknown
	Effect    string   // a client.Effect, or "fails: " with the reason if the call returned an error
	Count     int64    // 0 if the call failed and named no ids
	Examples  []string // the first maxExamples ids; if they are forks, of their originals
}

// maxExamples is the number of ids that a line of a plan names.
const maxExamples = 3

type planKey struct{ operation, state, name, effect string }

// A plan collects the lines of a Plan during a dry run. The zero plan is empty.
type plan struct {
	lines   []*PlanLine // in the order in which they came up
	index   map[planKey]*PlanLine
	calls   int64
	outside outsideActs
}

// add counts a change of a dry run, and failure, the error that its call returned.
func (p *plan) add(change *client.Change, failure error) {
	p.calls++
	operation := Operation(change.Op)
	if failure != nil && !isMissing(change) {
		line := p.line(planKey{operation, "", change.Name, "fails: " + reasonOf(failure)})
		line.count(change.IDs...)
		return
	}
	for _, effect := range change.Effects {
		line := p.line(planKey{operation, effect.Status, effect.Name, string(effect.Effect)})
		line.count(cmp.Or(effect.Original, effect.ID)) // a real run would choose another id for the fork
		line.Count += max(effect.Count, 1) - 1         // count added 1; the effect may stand for more
	}
}

// isMissing returns true if the change names a single workflow, schedule or version, and that does
// not exist. The plan then has its effect, "does not exist", because that says more than the code
// of the error.
func isMissing(change *client.Change) bool {
	return !change.New && change.From == nil && len(change.Effects) == 1 && change.Effects[0].Effect == client.EffectMissing
}

// reasonOf returns the name of the error's code, so that failures with the same cause are one line,
// or the text of an error without a code.
func reasonOf(err error) string {
	if code := client.CodeOf(err); code != 0 {
		return code.String()
	}
	return err.Error()
}

// line returns the line with the key, which is a new one at the end if there was none.
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

// count adds ids to the line, and keeps the first ones as examples.
func (l *PlanLine) count(ids ...string) {
	l.Count += int64(len(ids))
	l.Examples = append(l.Examples, ids[:min(len(ids), maxExamples-len(l.Examples))]...)
}

// Plan returns a copy of the plan collected so far. It is empty if the run is not a dry run.
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

// Text returns one line about the whole plan: "dry run: nothing was changed; 2 calls would make 5
// changes".
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
