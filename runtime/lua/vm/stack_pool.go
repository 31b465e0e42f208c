package vm

import (
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// stackPool keeps the call stacks of closed states for the next ones. A stack has 1.6 MB, and to
// make one takes longer than a short script, so a server of many short runs would spend most of its
// time on stacks. A new stack is memory that the system has not given out before, and a script that
// calls few functions touches little of it. So stacks are kept for good: one in the place of a
// stack that the garbage collector has freed would be cleared, and then all of it is in use. A nil
// pool keeps none.
type stackPool struct {
	mutex sync.Mutex
	kept  []*frameStack
}

// mostStacks is how many stacks a pool keeps; the garbage collector frees the others.
const mostStacks = 64

// take returns a stack, or nil if none is kept.
func (p *stackPool) take() *frameStack {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	last := len(p.kept) - 1
	if last < 0 {
		return nil
	}
	stack := p.kept[last]
	p.kept = p.kept[:last]
	return stack
}

// put keeps a stack.
func (p *stackPool) put(stack *frameStack) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.kept) < mostStacks {
		p.kept = append(p.kept, stack)
	}
}

// stacks returns the pool of the process, or nil if the run is alone in it.
func (c Config) stacks() *stackPool {
	if c.Neighbours == nil {
		return nil
	}
	return &c.Neighbours.stacks
}

// newState returns a state with a call stack of the pool, or if it has none, with a new one.
func (p *stackPool) newState(options lua.Options) *lua.LState {
	if p == nil {
		return lua.NewState(options)
	}
	kept := p.take()
	if kept == nil {
		return lua.NewState(options)
	}
	options.CallStackSize = 1 // the stack that NewState makes is replaced at once
	state := lua.NewState(options)
	stackOf(state).frames = kept.frames
	return state
}

// close closes a state that has ended, and keeps its stack.
func (p *stackPool) close(state *lua.LState) {
	kept := *stackOf(state)
	state.Close()
	if p == nil {
		return
	}
	for i := range kept.frames {
		if kept.frames[i].Fn == nil {
			break // no call went deeper
		}
		kept.frames[i] = callFrame{} // it would keep the values of the run in memory
	}
	p.put(&kept)
}
