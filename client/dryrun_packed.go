package client

import (
	"encoding/binary"
	"iter"
)

// A packedPage holds workflows that a batch of a bulk run leaves in the same state. A dry run packs
// them, because a plan may have 100,000, and a script seldom asks for them again.
type packedPage struct {
	ids   []byte // each with its length in front
	state state
	amend func(*WorkflowStatus) // as in preview
}

// packing lets record pack the changes of a bulk run, until the function that it returns is called.
// The run names each workflow once, so its own batches need not look into the pages.
func (o *overlay) packing() (end func()) {
	o.lock()
	defer o.mutex.Unlock()
	o.packs = true
	return func() {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.packs = false
	}
}

// lock locks the overlay, and unpacks what a bulk run has packed.
func (o *overlay) lock() {
	o.mutex.Lock()
	for _, page := range o.packed {
		for id := range packedIDs(page.ids) {
			o.unpack(page, id)
		}
	}
	o.packed = nil
}

func (o *overlay) unpack(page *packedPage, id string) {
	o.things[thing{Workflows, id}] = page.state
	if page.amend != nil {
		m := o.marks[id]
		m.amends = append(m.amends, page.amend)
		o.marks[id] = m
	}
}

// lockOwn locks the overlay for a batch, which asks for its own workflows alone.
func (o *overlay) lockOwn() {
	if !o.packs {
		o.lock()
		return
	}
	o.mutex.Lock()
}

// own returns what get does for a workflow of the batch under way.
func (o *overlay) own(of Subject, id string) (state, bool) {
	o.lockOwn()
	defer o.mutex.Unlock()
	s, touched := o.things[thing{of, id}]
	return s, touched
}

// pack returns true if it has packed an effect of a preview among pages.
func (o *overlay) pack(p *preview, e PlannedEffect, id string, pages map[state]*packedPage) bool {
	if !o.packs || p.Of != Workflows || e.Effect != EffectChange || p.start != nil || e.again {
		return false
	}
	if _, marked := o.marks[id]; marked {
		return false
	}
	s := state{gone: true}
	if !p.deletes {
		s = p.stateAfter(state{}, e)
	}
	page := pages[s]
	if page == nil {
		page = &packedPage{state: s, amend: p.amend}
		pages[s], o.packed = page, append(o.packed, page)
	}
	page.ids = packID(page.ids, id)
	return true
}

// packID adds an id to packed ids.
func packID(ids []byte, id string) []byte {
	return append(binary.AppendUvarint(ids, uint64(len(id))), id...)
}

// packedIDs walks over packed ids.
func packedIDs(ids []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(ids) > 0 {
			size, digits := binary.Uvarint(ids)
			end := digits + int(size)
			if !yield(string(ids[digits:end])) {
				return
			}
			ids = ids[end:]
		}
	}
}
