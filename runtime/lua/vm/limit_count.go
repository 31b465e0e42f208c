package vm

import (
	"unsafe"

	lua "github.com/yuin/gopher-lua"
)

// About how many bytes the parts of values take, as Go's allocator rounds them.
const (
	tableBytes    = 120
	functionBytes = 80
	upvalueBytes  = 48
	objectBytes   = 64
	threadBytes   = 1 << 10
	entryBytes    = 48 // of a map, with the free places beside it
	slotBytes     = 16 // of a list
	numberBytes   = 8
	// sharedText is the length up to which a text is counted wherever it stands: to remember it
	// would take as much.
	sharedText = 32
)

// A census adds up the sizes of the values of a state, each once.
type census struct {
	vm    *VM
	seen  map[unsafe.Pointer]struct{}
	todo  []lua.LValue
	bytes int64
}

// held returns about how many bytes the values hold that the script can reach. It ends the count
// above most. It is for the goroutine of the run.
func (v *VM) held(most int64) int64 {
	c := &census{vm: v, seen: map[unsafe.Pointer]struct{}{}}
	c.see(v.state.G.Global)
	c.see(v.state.G.Registry)
	c.see(v.state)
	for thread := v.state.G.CurrentThread; thread != nil; thread = thread.Parent {
		c.see(thread)
	}
	for len(c.todo) > 0 && c.bytes <= most {
		last := len(c.todo) - 1
		value := c.todo[last]
		c.todo = c.todo[:last]
		c.add(value)
	}
	return c.bytes
}

// see counts a value, or puts it in line if it holds others.
func (c *census) see(value lua.LValue) {
	switch v := value.(type) {
	case lua.LString:
		c.text(string(v))
		c.bytes += slotBytes
	case lua.LNumber:
		c.bytes += numberBytes
	case *lua.LTable:
		c.once(unsafe.Pointer(v), value)
	case *lua.LFunction:
		c.once(unsafe.Pointer(v), value)
	case *lua.LUserData:
		c.once(unsafe.Pointer(v), value)
	case *lua.LState:
		c.once(unsafe.Pointer(v), value)
	}
}

func (c *census) once(at unsafe.Pointer, value lua.LValue) {
	if _, known := c.seen[at]; at == nil || known {
		return
	}
	c.seen[at] = struct{}{}
	c.todo = append(c.todo, value)
}

func (c *census) text(text string) {
	if len(text) > sharedText {
		at := unsafe.Pointer(unsafe.StringData(text))
		if _, known := c.seen[at]; known {
			return
		}
		c.seen[at] = struct{}{}
	}
	c.bytes += int64(len(text))
}

// add counts a value and sees the values that it holds.
func (c *census) add(value lua.LValue) {
	switch v := value.(type) {
	case *lua.LTable:
		c.table(v)
	case *lua.LFunction:
		c.function(v)
	case *lua.LUserData:
		c.object(v)
	case *lua.LState:
		c.thread(v)
	}
}

func (c *census) table(t *lua.LTable) {
	in := tableOf(t)
	c.bytes += tableBytes + slotBytes*int64(cap(in.array)+cap(in.keys)) + entryBytes*int64(len(in.values)+len(in.strings)+len(in.positions))
	c.see(in.metatable)
	for _, item := range in.array {
		c.see(item)
	}
	for key, value := range in.strings {
		c.text(key)
		c.see(value)
	}
	for key, value := range in.values {
		c.see(key)
		c.see(value)
	}
}

func (c *census) function(f *lua.LFunction) {
	c.bytes += functionBytes
	if f.Env != nil {
		c.see(f.Env)
	}
	for _, up := range f.Upvalues {
		if up != nil {
			c.bytes += upvalueBytes
			c.see(up.Value())
		}
	}
}

// object counts the Go value of an object too, if the host knows its size.
func (c *census) object(u *lua.LUserData) {
	c.bytes += objectBytes
	c.see(u.Metatable)
	if u.Env != nil {
		c.see(u.Env)
	}
	if size := c.vm.config.SizeOf; size != nil {
		bytes, holds := size(u.Value)
		c.bytes += bytes
		for _, value := range holds {
			c.see(value)
		}
	}
}

func (c *census) thread(L *lua.LState) {
	r := registryOf(L)
	c.bytes += threadBytes + slotBytes*int64(cap(r.array))
	for _, value := range r.array[:min(r.top, len(r.array))] {
		if value != nil {
			c.see(value)
		}
	}
	if L.Env != nil {
		c.see(L.Env)
	}
}
