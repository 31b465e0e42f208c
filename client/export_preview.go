package client

// previewImport previews an import as its parts: the workflows that get the same state.
func previewImport(d *dryRun, p *preview) error {
	in := p.detail.(*intake)
	parts := map[WorkflowStatusType][]arrival{}
	var states []WorkflowStatusType
	for _, a := range in.arrivals {
		if a.exists {
			continue
		}
		if parts[a.status] == nil {
			states = append(states, a.status)
		}
		parts[a.status] = append(parts[a.status], a)
	}
	effects := make(map[string]PlannedEffect, len(p.IDs))
	p.Changed = 0
	for _, state := range states {
		list := parts[state]
		part := &preview{write: &write{Change: Change{Op: p.Op, Of: Workflows, New: true, IDs: column(list, func(a arrival) string { return a.id })}},
			effect: effect{to: state}}
		part.row = func(at int) *WorkflowStatus {
			return &WorkflowStatus{Name: list[at].name, QueueName: list[at].queue, HeldFrom: list[at].from}
		}
		if err := d.preview(part); err != nil {
			return err
		}
		for i, e := range part.Effects {
			e.Name, e.Status = list[i].name, string(state)
			effects[e.ID] = e
		}
		p.Changed += part.Changed
	}
	p.Effects = column(p.IDs, func(id string) PlannedEffect { return effects[id] })
	return nil
}
