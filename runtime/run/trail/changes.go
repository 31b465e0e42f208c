package trail

import (
	"cmp"
	"path/filepath"
	"slices"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// changes reads the log once, or twice if a run is named.
func (h Host) changes(q Query) ([]*Change, error) {
	if h.Path == nil {
		return nil, nil
	}
	path, err := h.Path()
	if err != nil {
		return nil, err
	}
	if q.RunID != "" {
		if q.RunID, err = runID(path, q.RunID); err != nil {
			return nil, err
		}
	}
	found, err := h.read(path, q)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(e *entry) bool { return !e.wanted || !q.names(e) })
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[len(found)-q.Limit:]
	}
	list := make([]*Change, len(found))
	for i, e := range found {
		list[i] = e.change(q.LoadIDs)
	}
	return list, nil
}

// runID returns the id of the run of a name; "last" is the latest one that changed something.
func runID(path, name string) (string, error) {
	runs, err := audit.Summaries(path)
	if err != nil {
		return "", err
	}
	if name == "last" {
		runs = slices.DeleteFunc(runs, func(s *audit.Summary) bool { return s.Changed == 0 })
	}
	slices.Reverse(runs)
	run, err := audit.Find(name, runs)
	if err != nil {
		return "", declare.BadArgument("run_id", "%s", err)
	}
	return run.Run.ID, nil
}

// An entry is a change with all lines of it.
type entry struct {
	audit.Line
	more   []string // ids of the lines before it
	from   []string
	wanted bool
}

type key struct {
	run    string
	number int
}

// read returns the changes in the order in which they began. The lines with further ids of a
// change come before it.
func (h Host) read(path string, q Query) ([]*entry, error) {
	var list []*entry
	at := map[key]*entry{}
	for line, err := range audit.Lines(path) {
		if err != nil {
			return nil, err
		}
		if q.RunID != "" && line.Run.ID != q.RunID || line.Event == audit.EventEnd {
			continue
		}
		k := key{line.Run.ID, line.Number}
		known := at[k]
		switch {
		case line.Event == audit.EventIDs:
			if known == nil {
				known = &entry{}
				at[k] = known
			}
			if q.LoadIDs || len(q.WorkflowID) > 0 {
				known.more, known.from = append(known.more, line.IDs...), append(known.from, line.From...)
			}
			continue
		case known == nil:
			known = &entry{}
			at[k] = known
			fallthrough
		case known.Event == "":
			list = append(list, known)
		default:
			line.Time = known.Time
			delete(at, k)
		}
		known.Line = line
		known.wanted = h.selects(q, line)
	}
	return list, nil
}

// selects returns true if a line satisfies the options that do not look at ids.
func (h Host) selects(q Query, l audit.Line) bool {
	return (q.Everywhere || l.Database == h.Database) &&
		(q.StartTime.IsZero() || !l.Time.Before(q.StartTime)) && (q.EndTime.IsZero() || !l.Time.After(q.EndTime)) &&
		(q.User == "" || q.User == l.User || q.User == l.Sudo) &&
		(len(q.Operation) == 0 || slices.Contains(q.Operation, l.Operation))
}

// names returns true if a change names one of the workflows and one of the queues that are wanted.
func (q Query) names(e *entry) bool {
	return (len(q.WorkflowID) == 0 || slices.ContainsFunc(q.WorkflowID, e.hasWorkflow)) &&
		(len(q.QueueName) == 0 || slices.ContainsFunc(q.QueueName, e.hasQueue))
}

func (e *entry) hasWorkflow(id string) bool {
	return e.Subject == "workflow" &&
		(slices.Contains(e.IDs, id) || slices.Contains(e.Change.From, id) || slices.Contains(e.more, id) || slices.Contains(e.from, id))
}

func (e *entry) hasQueue(name string) bool {
	return e.Queue == name || e.Subject == "queue" && slices.Contains(e.IDs, name) ||
		slices.ContainsFunc(e.Change.Before, func(b audit.Before) bool { return b.Queue == name })
}

// change returns the record of an entry, with all of its ids or the first thousand.
func (e *entry) change(all bool) *Change {
	l := e.Line
	ids, from := l.IDs, l.Change.From
	if all {
		ids, from = slices.Concat(ids, e.more), slices.Concat(from, e.from)
	}
	c := &Change{
		RunID: l.Run.ID, Number: l.Number, Time: l.Time, User: cmp.Or(l.Sudo, l.User), Host: l.Host, Profile: l.Profile, Script: l.Script,
		Reason: l.Reason, Database: l.Database, Operation: l.Operation, Of: l.Subject, Count: l.Count, Changed: l.Changed, Outcome: l.Outcome,
		Error: l.Error, Name: l.Name, QueueName: l.Queue, To: l.To, Undo: audit.Inverse(l.Operation), IDs: ids, From: from,
	}
	if filepath.IsAbs(l.Script) {
		c.Script = filepath.Base(l.Script)
	}
	for _, b := range l.Before {
		c.Before = append(c.Before, group(b, ids))
	}
	return c
}

func group(b audit.Before, ids []string) Before {
	g := Before{
		Status: b.Status, QueueName: b.Queue, Version: b.Version, Priority: b.Priority, Deduplicated: b.Deduplicated, Delayed: b.Delayed, Held: b.Held,
		IDs: []string{},
	}
	for i := 0; i+1 < len(b.At); i += 2 {
		first, last := max(b.At[i], 1), b.At[i+1]
		g.Count += max(0, last-first+1)
		if last = min(last, len(ids)); first <= last {
			g.IDs = append(g.IDs, ids[first-1:last]...)
		}
	}
	return g
}
