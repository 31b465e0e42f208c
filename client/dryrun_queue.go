package client

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The queues of a dry run: planned definitions stand in the place of rows.

// lookAtQueue returns the error that a change of a queue would return, and reads what it needs.
func lookAtQueue(d *dryRun, p *preview) error {
	q := p.detail.(*queueChange)
	owner := d.config.AppName
	if p.Op == registeringQueue {
		owner = q.after[0].ApplicationName
	}
	args := query.Args{"name": p.IDs[0], "owner": optional(owner)}
	err := d.read(p.Op, func(b *db.Batch) {
		db.Collect(b, &q.before, selectQueueRow, args, scanQueue)
		d.guardQueue(b, args)
		q.countStranded(b, args)
	})
	return d.otherQueueOwner(p.Op, p.IDs[0], args, err)
}

// planQueue keeps the definition, unless the queue exists and stays as it is.
func planQueue(d *dryRun, p *preview) error {
	q := p.detail.(*queueChange)
	if p.deletes {
		return nil
	}
	found, err := d.RetrieveQueue(p.IDs[0])
	if err != nil {
		return failure(p.Op, err)
	}
	if found != nil && q.keeps {
		q.after, p.Changed, p.Effects[0].Effect = []Queue{*found}, 0, EffectNone
	}
	if found != nil && p.Op == registeringQueue {
		q.after[0].ApplicationName = cmp.Or(found.ApplicationName, q.after[0].ApplicationName)
		q.after[0].Paused = found.Paused && !found.pausedElsewhere()
		if reflect.DeepEqual(*found, q.after[0]) {
			p.Changed, p.Effects[0].Effect = 0, EffectNone
		}
	}
	if p.Effects[0].Effect != EffectMissing {
		d.planned.queue(q.after[0])
	}
	return nil
}

// planPause keeps the paused or resumed queue, unless it is that already.
func planPause(d *dryRun, p *preview) error {
	q := p.detail.(*queueChange)
	found, err := d.RetrieveQueue(p.IDs[0])
	if err != nil || found == nil {
		return failure(p.Op, err)
	}
	if found.Paused == q.after[0].Paused {
		p.Changed, p.Effects[0].Effect = 0, EffectNone
		return nil
	}
	d.planned.queue(q.after[0])
	return nil
}

// queue keeps a planned queue.
func (o *overlay) queue(q Queue) {
	o.lock()
	defer o.mutex.Unlock()
	o.queues[q.Name] = q
}

// plannedQueue returns a planned queue, and true if the dry run has changed or deleted it.
func (o *overlay) plannedQueue(name string) (*Queue, bool) {
	o.lock()
	defer o.mutex.Unlock()
	if o.things[thing{Queues, name}].gone {
		return nil, true
	}
	q, planned := o.queues[name]
	return &q, planned
}

func (d *dryRun) RetrieveQueue(name string) (*Queue, error) {
	if q, planned := d.planned.plannedQueue(name); planned {
		return q, nil
	}
	return d.systemClient.RetrieveQueue(name)
}

func (d *dryRun) retrieveQueue(op, name string) (*Queue, error) {
	found, err := d.RetrieveQueue(name)
	return found, failure(op, err)
}

func (d *dryRun) queueNames(op string) ([]string, error) {
	names, err := d.QueueNames()
	return names, failure(op, err)
}

func (d *dryRun) ListQueues(opts ...ListQueuesOption) ([]Queue, error) {
	stored, err := d.systemClient.ListQueues(opts...)
	if err != nil {
		return stored, err
	}
	o, app := apply(opts), d.config.AppName
	list, loads := []Queue{}, map[string]QueueLoad{}
	for _, q := range stored {
		loads[q.Name] = q.QueueLoad
		if _, planned := d.planned.plannedQueue(q.Name); !planned {
			list = append(list, q)
		}
	}
	for _, q := range d.planned.plannedQueues() {
		visible := app == "" || q.ApplicationName == "" || q.ApplicationName == app
		if o.ApplicationName == nil && visible || slices.Contains(o.ApplicationName, q.ApplicationName) {
			q.setLoad(loads)
			list = append(list, q)
		}
	}
	slices.SortFunc(list, func(a, b Queue) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

func (d *dryRun) QueueNames() ([]string, error) {
	stored, err := d.systemClient.QueueNames()
	if err != nil {
		return nil, err
	}
	k := seenTargets{queues: map[string]bool{}}
	for _, name := range stored {
		k.queues[name] = false
	}
	d.addPlannedQueues(&k)
	return slices.Sorted(maps.Keys(k.queues)), nil
}

func (o *overlay) plannedQueues() (list []Queue) {
	o.lock()
	defer o.mutex.Unlock()
	for name, q := range o.queues {
		if !o.things[thing{Queues, name}].gone {
			list = append(list, q)
		}
	}
	return list
}

// addPlannedQueues adds the planned queues to the targets that the database has seen, and takes
// deleted ones away.
func (d *dryRun) addPlannedQueues(k *seenTargets) {
	for _, q := range d.planned.plannedQueues() {
		k.queues[q.Name] = q.PartitionQueue
	}
	maps.DeleteFunc(k.queues, func(name string, _ bool) bool {
		s, _ := d.planned.get(Queues, name)
		return s.gone
	})
}
