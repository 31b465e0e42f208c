package compile

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

func (f *function) while(s *ast.WhileStmt) {
	top := f.here()
	ends := f.branch(s.Condition, false)
	b := f.enter(true)
	f.statements(s.Stmts)
	f.closeLocals(s.LastLine())
	f.leave()
	f.jumpTo(top, s.Line())
	f.landBreaks(b, s.LastLine())
	f.land(ends)
}

// repeat compiles a loop whose condition sees the locals of its body.
func (f *function) repeat(s *ast.RepeatStmt) {
	top := f.here()
	b := f.enter(true)
	b.until = true
	f.statements(s.Stmts)
	again := f.branch(s.Condition, false)
	if b.captured {
		b.breaks = append(b.breaks, f.jump(s.LastLine()))
		f.land(again)
		f.closeLocals(s.LastLine())
		again = []int{f.jump(s.LastLine())}
	}
	f.leave()
	for _, jump := range again {
		f.aim(jump, top)
	}
	f.landBreaks(b, s.LastLine())
}

func (f *function) numericFor(s *ast.NumberForStmt) {
	base := f.nextRegister
	f.next(s.Init)
	f.next(s.Limit)
	if s.Step != nil {
		f.next(s.Step)
	} else {
		f.load(lua.LNumber(1), f.nextRegister, s.Line())
		f.take(1)
	}
	f.enter(false)
	f.declare(s.Line(), "(for index)", "(for limit)", "(for step)")
	prepare := f.emitWide(lua.OP_FORPREP, base, 0, s.Line())
	b := f.enter(true)
	f.take(1)
	f.declare(s.Line(), s.Name)
	top := f.here()
	f.statements(s.Stmts)
	f.closeLocals(s.LastLine())
	f.leave()
	f.aim(prepare, f.here())
	f.aim(f.emitWide(lua.OP_FORLOOP, base, 0, s.Line()), top)
	f.landBreaks(b, s.LastLine())
	f.leave()
}

// genericFor compiles a loop over an iterator: a function, a state and a control value, nil where
// they are missing.
func (f *function) genericFor(s *ast.GenericForStmt) {
	base := f.nextRegister
	f.values(s.Exprs, 3, s.Line())
	f.enter(false)
	f.declare(s.Line(), "(for generator)", "(for state)", "(for control)")
	f.touch(base + 6) // the VM copies the three above themselves to call
	start := f.jump(s.Line())
	b := f.enter(true)
	f.take(len(s.Names))
	f.declare(s.Line(), s.Names...)
	top := f.here()
	f.statements(s.Stmts)
	f.closeLocals(s.LastLine())
	f.leave()
	f.aim(start, f.here())
	f.emit(lua.OP_TFORLOOP, base, 0, len(s.Names), s.Line())
	f.jumpTo(top, s.Line())
	f.landBreaks(b, s.LastLine())
	f.leave()
}
