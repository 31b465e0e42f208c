package bridge

import "github.com/dbos-script/dbos-script/runtime/declare"

// values is a sink that makes Go values: []any, and map[string]any or declare.Members.
type values struct {
	ordered bool // objects as declare.Members
	result  any
	open    []container // outermost first
}

// container is an array or an object that is open. One of the three is its value.
type container struct {
	items   []any
	plain   map[string]any
	members declare.Members

	name string // of the member whose value comes next
}

func (b *values) Null()            { b.add(nil) }
func (b *values) Bool(v bool)      { b.add(v) }
func (b *values) Text(text string) { b.add(text) }
func (b *values) Integer(i int64)  { b.add(i) }
func (b *values) Number(f float64) { b.add(f) }
func (b *values) Other(v any)      { b.add(v) }
func (b *values) Name(name string) { b.open[len(b.open)-1].name = name }
func (b *values) EndArray()        { b.add(b.end().items) }

func (b *values) BeginArray(size int) { b.begin(container{items: make([]any, 0, size)}) }

func (b *values) BeginObject(size int) {
	if b.ordered {
		b.begin(container{members: make(declare.Members, 0, size)})
	} else {
		b.begin(container{plain: make(map[string]any, size)})
	}
}

func (b *values) EndObject() {
	if ended := b.end(); b.ordered {
		b.add(ended.members)
	} else {
		b.add(ended.plain)
	}
}

func (b *values) add(v any) {
	if len(b.open) == 0 {
		b.result = v
		return
	}
	switch in := &b.open[len(b.open)-1]; {
	case in.items != nil:
		in.items = append(in.items, v)
	case b.ordered:
		in.members = append(in.members, declare.Member{Key: in.name, Value: v})
	default:
		in.plain[in.name] = v
	}
}

func (b *values) begin(c container) {
	if b.open == nil {
		b.open = make([]container, 0, usualDepth)
	}
	b.open = append(b.open, c)
}

func (b *values) end() container {
	last := len(b.open) - 1
	ended := b.open[last]
	b.open[last] = container{} // because the stack is kept
	b.open = b.open[:last]
	return ended
}
