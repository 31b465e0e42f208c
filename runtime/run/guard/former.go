package guard

import (
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// former returns the things that a change changed, in groups with the same values before, or nil if
// they are not known.
func former(change *client.Change) []audit.Before {
	switch {
	case !change.Keep:
		return nil
	case change.Former != nil:
		return formerValues(change)
	case change.New && change.Changed == int64(len(change.IDs)) && change.Changed > 0:
		return []audit.Before{{At: []int{1, len(change.IDs)}}}
	case change.New && len(change.Results) == len(change.IDs):
		return created(change)
	case change.Of == client.Queues && change.Changed > 0:
		return []audit.Before{{At: []int{1, 1}}}
	}
	return nil
}

func formerValues(change *client.Change) []audit.Before {
	var g groups
	at := 0 // both lists are in the same order
	for _, f := range change.Former {
		for at < len(change.IDs)-1 && change.IDs[at] != f.ID {
			at++
		}
		f.ID = ""
		g.add(f, at+1)
	}
	return g.list
}

// created returns the new ones of the ids that an enqueue names.
func created(change *client.Change) []audit.Before {
	var g groups
	for i, result := range change.Results {
		if result.Outcome == client.OutcomeChanged || result.Outcome == client.OutcomeCreated {
			g.add(client.Former{}, i+1)
		}
	}
	return g.list
}

// groups are in the order of their first positions.
type groups struct {
	list  []audit.Before
	index map[client.Former]int
	last  client.Former // of the last call of add; often the next one is equal
	at    int           // the place of last in list
}

func (g *groups) add(values client.Former, position int) {
	if len(g.list) > 0 && values == g.last {
		g.list[g.at].Add(position)
		return
	}
	at, known := g.index[values]
	if !known {
		if g.index == nil {
			g.index = map[client.Former]int{}
		}
		at = len(g.list)
		g.index[values] = at
		g.list = append(g.list, audit.Before{
			Status: string(values.Status), Queue: values.Queue, Version: values.Version, Priority: values.Priority,
			Deduplicated: values.Deduplicated, Delayed: values.Delayed, Held: values.Held,
		})
	}
	g.last, g.at = values, at
	g.list[at].Add(position)
}
