package guard

// An Act is a call that changes something outside of the database: a file, a program, a request.
type Act struct {
	Function string // exec.run
	Target   string // the file, host or program, without secrets
	Size     int64  // how many bytes are written or sent
	Done     bool   // false if the dry run left it undone
}

// An OutsideLine counts the calls of one function with one target.
type OutsideLine struct {
	Act         // Size is of all calls
	Count int64 // how many calls
}

// maxTargets is the number of targets that a plan names. Calls of further targets are counted by
// function.
const maxTargets = 1000

const otherTargets = "(others)"

type outsideKey struct {
	function, target string
	done             bool
}

// outsideActs counts by function and target, in the order in which they come up.
type outsideActs struct {
	lines []*OutsideLine
	index map[outsideKey]*OutsideLine
}

func (o *outsideActs) add(a Act) {
	key := outsideKey{a.Function, a.Target, a.Done}
	if o.index[key] == nil && len(o.lines) >= maxTargets {
		key.target = otherTargets
	}
	line := o.index[key]
	if line == nil {
		if o.index == nil {
			o.index = map[outsideKey]*OutsideLine{}
		}
		line = &OutsideLine{Act: Act{Function: key.function, Target: key.target, Done: key.done}}
		o.index[key], o.lines = line, append(o.lines, line)
	}
	line.Count++
	line.Size += a.Size
}

func (o *outsideActs) list() []OutsideLine {
	list := make([]OutsideLine, len(o.lines))
	for i, line := range o.lines {
		list[i] = *line
	}
	return list
}

// Outside adds a call to the plan of a dry run. In any other run it does nothing.
func (g *Guard) Outside(a Act) {
	if !g.config.DryRun {
		return
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.plan.outside.add(a)
}

// outsideCalls returns the numbers of skipped and of executed calls outside of the database.
func (p Plan) outsideCalls() (skipped, done int64) {
	for _, line := range p.Outside {
		if line.Done {
			done += line.Count
		} else {
			skipped += line.Count
		}
	}
	return skipped, done
}
