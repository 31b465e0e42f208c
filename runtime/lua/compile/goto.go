package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// A label is a place that gotos of its block and of nested blocks can reach.
type label struct {
	name   string
	line   int
	pc     int
	locals int // how many are known there
}

// pendingGoto is a jump to a label that has not come yet.
type pendingGoto struct {
	name   string
	line   int
	pc     int
	locals int  // how many are known both there and in the block that is compiled
	close  bool // it leaves a block with a variable that a function uses
}

// gotoStatement jumps back to a label that is known, or waits for one.
func (f *function) gotoStatement(s *ast.GotoStmt) {
	for b := f.block; b != nil; b = b.outer {
		for _, l := range b.labels {
			if l.name == s.Label {
				f.jumpBack(l, s.Line())
				return
			}
		}
	}
	f.pending = append(f.pending, pendingGoto{name: s.Label, line: s.Line(), pc: f.jump(s.Line()), locals: len(f.locals)})
}

// jumpBack closes the locals that were declared after the label: code between may make functions
// that use them, even such as stands further down.
func (f *function) jumpBack(l label, line int) {
	if len(f.locals) > l.locals {
		f.emit(lua.OP_CLOSE, l.locals, 0, 0, line)
	}
	f.jumpTo(l.pc, line)
}

// labelStatement defines a label. At the end of a block, where no statement follows, its locals
// count as gone.
func (f *function) labelStatement(s *ast.LabelStmt, ends bool) {
	b := f.block
	for _, l := range b.labels {
		if l.name == s.Name {
			fail(s.Line(), "", "this goto is not possible: label '%s' already defined on line %d", s.Name, l.line)
		}
	}
	known := len(f.locals)
	if ends && !b.until {
		known = b.firstRegister
	}
	f.landGotos(s, known)
	b.labels = append(b.labels, label{name: s.Name, line: s.Line(), pc: f.here(), locals: known})
}

// landGotos aims the gotos that wait for a label at it. The upvalues that they leave open
// are closed there.
func (f *function) landGotos(s *ast.LabelStmt, known int) {
	target, closes := f.here(), false
	waiting := f.pending[:f.block.pending]
	for _, p := range f.pending[f.block.pending:] {
		if p.name != s.Name {
			waiting = append(waiting, p)
			continue
		}
		if p.locals < known {
			fail(p.line, "", "this goto is not possible: jumps into the scope of local '%s'", f.locals[p.locals].Name)
		}
		f.aim(p.pc, target)
		closes = closes || p.close
	}
	f.pending = waiting
	if closes {
		f.emit(lua.OP_CLOSE, known, 0, 0, s.Line())
	}
}

// refusePending fails on a goto without a label.
func (f *function) refusePending() {
	if len(f.pending) > 0 {
		p := f.pending[0]
		fail(p.line, "", "this goto is not possible: no visible label '%s'", p.name)
	}
}
