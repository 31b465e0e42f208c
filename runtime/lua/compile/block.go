package compile

import lua "github.com/yuin/gopher-lua"

// block is a scope of locals.
type block struct {
	outer         *block
	firstRegister int // the first register of its locals
	pending       int // how many gotos waited for a label when it began
	labels        []label
	loop          bool
	until         bool  // a condition follows that sees the locals
	breaks        []int // jumps out of the loop
	captured      bool  // a function uses one of its locals
	innerCaptured bool  // a function uses a local of a block inside
}

func (f *function) enter(loop bool) *block {
	f.block = &block{outer: f.block, firstRegister: len(f.locals), pending: len(f.pending), loop: loop}
	return f.block
}

// leave ends the scope. The gotos that left it and found no label wait in the block around it.
func (f *function) leave() {
	b := f.block
	for i := b.pending; i < len(f.pending); i++ {
		p := &f.pending[i]
		p.locals = min(p.locals, b.firstRegister)
		p.close = p.close || b.captured
	}
	for _, info := range f.locals[b.firstRegister:] {
		info.EndPc = f.here()
	}
	f.locals = f.locals[:b.firstRegister]
	f.nextRegister = b.firstRegister
	f.block = b.outer
	if f.block != nil && (b.captured || b.innerCaptured) {
		f.block.innerCaptured = true
	}
}

// closeLocals closes the variables of the block that functions use, so that the next turn has new
// ones.
func (f *function) closeLocals(line int) {
	if f.block.captured {
		f.emit(lua.OP_CLOSE, f.block.firstRegister, 0, 0, line)
	}
}

// landBreaks makes the breaks of a loop jump to here, and closes the upvalues that they leave open.
func (f *function) landBreaks(b *block, line int) {
	if len(b.breaks) == 0 {
		return
	}
	f.land(b.breaks)
	if b.captured || b.innerCaptured {
		f.emit(lua.OP_CLOSE, b.firstRegister, 0, 0, line)
	}
}

// breakOut notes a jump out of the innermost loop.
func (f *function) breakOut(line, jump int) {
	b := f.block
	for b != nil && !b.loop {
		b = b.outer
	}
	if b == nil {
		fail(line, "", `"break" outside of a loop`)
	}
	b.breaks = append(b.breaks, jump)
}
