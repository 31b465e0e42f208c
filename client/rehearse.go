package client

import (
	"slices"
	"sync"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An Effect is the effect that a change would have on one of its ids.
type Effect string

// The effects.
const (
	EffectChange  Effect = "changes"        // the id exists and would change
	EffectNew     Effect = "is new"         // the id would be created
	EffectNone    Effect = "stays as it is" // the id exists and its state does not allow the change
	EffectMissing Effect = "does not exist" // there is nothing to change, or no original to fork
)

// An Affected is the effect of a change on one workflow, schedule or version, found by a dry run.
// If it is a fork, status and name are those of the original.
type Affected struct {
	ID     string // the id of the workflow, or the name of the schedule or version
	Status string // its state, "" if there is none
	Name   string // the name of the workflow, or of the workflow that the schedule starts
	Effect Effect // the effect of the change
	// Original is the workflow of which ID would be a fork, or "" if it is no fork.
	Original string
}

// What is read of each thing that a change names: id, state, name.
const (
	selectAffectedWorkflows = `SELECT workflow_uuid, status, name FROM {workflow_status} WHERE {in workflow_uuid :ids}`
	selectAffectedSchedules = `SELECT schedule_name, status, workflow_name FROM {workflow_schedules} WHERE {in schedule_name :ids}`
	selectAffectedVersions  = `SELECT version_name, NULL, NULL FROM {application_versions} WHERE {in version_name :ids}`
)

// A rehearsal remembers what a dry run would have changed, so that what the caller does next finds
// it so. A nil one, that of a client without DryRun, knows nothing.
type rehearsal struct {
	mutex     sync.Mutex
	things    map[thing]state
	dedups    map[dedup]string // the workflows that would hold a deduplication id
	schedules map[string]*WorkflowSchedule
}

type thing struct {
	of Subject
	id string
}

// A state is what a thing would be.
type state struct {
	status, name, queue string
	from                string // the original of a fork
	made, gone          bool
	moved               bool // it would be in another state than it is
	freed               bool // it would have let go of its deduplication id
}

type dedup struct{ queue, id string }

func newRehearsal() *rehearsal {
	return &rehearsal{things: map[thing]state{}, dedups: map[dedup]string{}, schedules: map[string]*WorkflowSchedule{}}
}

// get is what the rehearsal has made of a thing; false when it has not touched it.
func (r *rehearsal) get(of Subject, id string) (state, bool) {
	if r == nil {
		return state{}, false
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	s, touched := r.things[thing{of, id}]
	return s, touched
}

// rehearse looks at a step in place of carrying it out.
func (c *systemClient) rehearse(s *step) error {
	if s.parts != nil {
		return c.rehearseParts(s)
	}
	if s.look != nil {
		if err := s.look(); err != nil {
			return err
		}
	}
	found, err := c.found(s)
	if err != nil {
		return err
	}
	s.Affected, s.Changed = make([]Affected, len(s.IDs)), 0
	seen := make(map[string]bool, len(s.IDs))
	for i, id := range s.IDs {
		s.Affected[i] = s.effect(i, found)
		if seen[id] && s.Affected[i].Effect != EffectMissing {
			s.Affected[i].Effect = EffectNone
		}
		seen[id] = true
		if effect := s.Affected[i].Effect; effect == EffectChange || effect == EffectNew {
			s.Changed++
		}
	}
	if s.settle != nil {
		if err := s.settle(); err != nil {
			return err
		}
	}
	c.rehearsal.record(s)
	return nil
}

func (c *systemClient) rehearseParts(s *step) error {
	s.Affected, s.Changed = nil, 0
	for _, part := range s.parts {
		if err := c.rehearse(part); err != nil {
			return err
		}
		s.Affected, s.Changed = append(s.Affected, part.Affected...), s.Changed+part.Changed
	}
	return s.settle()
}

// found reads what is there of all that a step names, as the rehearsal has left it.
func (c *systemClient) found(s *step) (map[string]state, error) {
	text := map[Subject]string{Workflows: selectAffectedWorkflows, Schedules: selectAffectedSchedules, Versions: selectAffectedVersions}[s.Of]
	ids := append(slices.Clone(s.IDs), s.From...)
	found := make(map[string]state, len(ids))
	err := c.read(s.Op, func(b *db.Batch) {
		db.Map(b, &found, text, query.Args{"ids": ids}, func(row db.Row) (string, state, error) {
			var id, status, name db.Text
			err := row.Scan(&id, &status, &name)
			return id.String, state{status: status.String, name: name.String}, err
		})
	})
	for _, id := range ids {
		if known, touched := c.rehearsal.get(s.Of, id); touched {
			found[id] = known
		}
	}
	return found, err
}

// effect is what the step does to one of its IDs.
func (s *step) effect(i int, found map[string]state) Affected {
	id := s.IDs[i]
	a := Affected{ID: id, Name: s.Name}
	own, exists := found[id]
	exists = exists && !own.gone
	if s.From != nil {
		original, there := found[s.From[i]]
		a.Status, a.Name, a.Original = original.status, original.name, s.From[i]
		if !there || original.gone {
			a.Effect = EffectMissing
			return a
		}
	} else if exists {
		a.Status, a.Name = own.status, own.name
	}
	a.Effect = s.verdict(exists, own.status)
	return a
}

func (s *step) verdict(exists bool, status string) Effect {
	switch {
	case s.New && !exists:
		return EffectNew
	case !exists:
		return EffectMissing
	case s.New && !s.replaces, len(s.takes) > 0 && !slices.Contains(s.takes, WorkflowStatusType(status)):
		return EffectNone
	}
	return EffectChange
}

// record keeps what the step would have made of its IDs.
func (r *rehearsal) record(s *step) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for i, a := range s.Affected {
		key := thing{s.Of, s.IDs[i]}
		known := r.things[key]
		switch {
		case a.Effect == EffectNew:
			r.things[key] = state{status: string(s.becomes), name: a.Name, queue: s.Queue, from: a.Original, made: true, moved: true}
		case a.Effect != EffectChange:
		case s.deletes:
			r.things[key] = state{gone: true}
		default:
			known.status, known.name = a.Status, a.Name
			known.freed = known.freed || s.frees
			if s.Queue != "" || s.becomes == WorkflowStatusCancelled {
				known.queue = s.Queue // cancelling forgets it
			}
			if s.becomes != "" && !s.replaces {
				known.status, known.moved = string(s.becomes), true
			}
			r.things[key] = known
		}
	}
}

// missing is the first of a step's workflows that does not exist, with its place.
func (s *step) missing() (at int, found bool) {
	at = slices.IndexFunc(s.Affected, func(a Affected) bool { return a.Effect == EffectMissing })
	return at, at >= 0
}
