package codec

// step carries out an opcode, which it is given because some share a step.
type step func(m *unpickler, op byte) error

// operation returns the step of an opcode, or nil if it is unknown or needs code or objects from
// outside the pickle.
func operation(op byte) step {
	if step := containerOperation(op); step != nil {
		return step
	}
	if step := textOperation(op); step != nil {
		return step
	}
	return controlOperation(op)
}

func containerOperation(op byte) step {
	switch op {
	case ']':
		return func(m *unpickler, _ byte) error { return m.push(&pyList{}) }
	case 'l':
		return (*unpickler).listFromMark
	case 'a':
		return (*unpickler).appendOne
	case 'e', 0x90:
		return (*unpickler).appendMany
	case ')':
		return func(m *unpickler, _ byte) error { return m.push(&pyList{opens: '('}) }
	case 't':
		return (*unpickler).listFromMark
	case 0x85, 0x86, 0x87:
		return (*unpickler).tuple
	case '}':
		return func(m *unpickler, _ byte) error { return m.push(&pyDict{}) }
	case 'd':
		return (*unpickler).dictFromMark
	case 's':
		return (*unpickler).setOne
	case 'u':
		return (*unpickler).setMany
	case 0x8f:
		return func(m *unpickler, _ byte) error { return m.push(&pyList{opens: '{'}) }
	case 0x91:
		return (*unpickler).listFromMark
	}
	return nil
}

func controlOperation(op byte) step {
	switch op {
	case 0x80:
		return (*unpickler).protocol
	case 0x95:
		return (*unpickler).frame
	case '(':
		return (*unpickler).mark
	case '0':
		return (*unpickler).discard
	case '1':
		return func(m *unpickler, _ byte) error { _, err := m.popMark(); return err }
	case '2':
		return (*unpickler).duplicate
	case 'p', 'q', 'r', 0x94:
		return (*unpickler).put
	case 'g', 'h', 'j':
		return (*unpickler).get
	case 'c', 0x93, 'i', 'o', 'R', 0x81, 0x92, 'b':
		return objectOperation(op)
	}
	return nil
}

func objectOperation(op byte) step {
	switch op {
	case 'c':
		return (*unpickler).global
	case 0x93:
		return (*unpickler).stackGlobal
	case 'i':
		return (*unpickler).instance
	case 'o':
		return (*unpickler).object
	case 0x92:
		return (*unpickler).newWithNames
	case 'b':
		return (*unpickler).build
	}
	return (*unpickler).reduce
}

func (m *unpickler) protocol(byte) error {
	_, err := m.take(1)
	return err
}

func (m *unpickler) frame(byte) error {
	_, err := m.take(8)
	return err
}

func (m *unpickler) mark(byte) error {
	m.marks = append(m.marks, len(m.stack))
	return nil
}

// discard drops the top value, or the mark where there is none above it.
func (m *unpickler) discard(byte) error {
	if len(m.marks) > 0 && len(m.stack) == m.floor() {
		m.marks = m.marks[:len(m.marks)-1]
		return nil
	}
	_, err := m.pop()
	return err
}

func (m *unpickler) duplicate(byte) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	return m.push(v)
}

func (m *unpickler) listFromMark(op byte) error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.push(&pyList{items, map[byte]byte{'t': '(', 0x91: '{'}[op]})
}

func (m *unpickler) tuple(op byte) error {
	items, err := m.popN(int(op) - 0x84)
	if err != nil {
		return err
	}
	return m.push(&pyList{items, '('})
}

func (m *unpickler) dictFromMark(byte) error {
	pairs, err := m.popMark()
	if err != nil {
		return err
	}
	if len(pairs)%2 != 0 {
		return errStack
	}
	return m.push(&pyDict{pairs})
}

func (m *unpickler) appendOne(byte) error {
	items, err := m.popN(1)
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *unpickler) appendMany(byte) error {
	items, err := m.popMark()
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *unpickler) extend(items []any) error {
	target, err := m.top()
	if err != nil {
		return err
	}
	switch target := target.(type) {
	case *pyList:
		target.items = append(target.items, items...)
	case *pyObject:
		target.items = append(target.items, items...)
	default:
		return errTarget
	}
	return nil
}

func (m *unpickler) setOne(byte) error {
	pairs, err := m.popN(2)
	if err != nil {
		return err
	}
	return m.enter(pairs)
}

func (m *unpickler) setMany(byte) error {
	pairs, err := m.popMark()
	if err != nil {
		return err
	}
	return m.enter(pairs)
}

func (m *unpickler) enter(pairs []any) error {
	target, err := m.top()
	if err != nil {
		return err
	}
	if len(pairs)%2 != 0 {
		return errStack
	}
	switch target := target.(type) {
	case *pyDict:
		target.pairs = append(target.pairs, pairs...)
	case *pyObject:
		target.entries.pairs = append(target.entries.pairs, pairs...)
	default:
		return errTarget
	}
	return nil
}
