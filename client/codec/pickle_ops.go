package codec

// An action carries out an opcode. It gets the opcode because some opcodes share an action.
type action func(m *unpickler, op byte) error

// actionOf returns the action of an opcode, or nil if it is unknown or needs code or objects from
// outside the pickle. The comments are the names in Python's pickletools.
func actionOf(op byte) action {
	if action := containerAction(op); action != nil {
		return action
	}
	if action := scalarAction(op); action != nil {
		return action
	}
	return controlAction(op)
}

func containerAction(op byte) action {
	switch op {
	case ']': // EMPTY_LIST
		return func(m *unpickler, _ byte) error { return m.push(&pyList{}) }
	case 'l': // LIST
		return (*unpickler).listFromMark
	case 'a': // APPEND
		return (*unpickler).appendOne
	case 'e', 0x90: // APPENDS, ADDITEMS
		return (*unpickler).appendMany
	case ')': // EMPTY_TUPLE
		return func(m *unpickler, _ byte) error { return m.push(&pyList{opens: '('}) }
	case 't': // TUPLE
		return (*unpickler).listFromMark
	case 0x85, 0x86, 0x87: // TUPLE1, TUPLE2, TUPLE3
		return (*unpickler).tuple
	case '}': // EMPTY_DICT
		return func(m *unpickler, _ byte) error { return m.push(&pyDict{}) }
	case 'd': // DICT
		return (*unpickler).dictFromMark
	case 's': // SETITEM
		return (*unpickler).setOne
	case 'u': // SETITEMS
		return (*unpickler).setMany
	case 0x8f: // EMPTY_SET
		return func(m *unpickler, _ byte) error { return m.push(&pyList{opens: '{'}) }
	case 0x91: // FROZENSET
		return (*unpickler).listFromMark
	}
	return nil
}

func controlAction(op byte) action {
	switch op {
	case 0x80: // PROTO
		return (*unpickler).protocol
	case 0x95: // FRAME
		return (*unpickler).frame
	case '(': // MARK
		return (*unpickler).mark
	case '0': // POP
		return (*unpickler).discard
	case '1': // POP_MARK
		return func(m *unpickler, _ byte) error { _, err := m.popMark(); return err }
	case '2': // DUP
		return (*unpickler).duplicate
	case 'p', 'q', 'r', 0x94: // PUT, BINPUT, LONG_BINPUT, MEMOIZE
		return (*unpickler).put
	case 'g', 'h', 'j': // GET, BINGET, LONG_BINGET
		return (*unpickler).get
	case 'c', 0x93, 'i', 'o', 'R', 0x81, 0x92, 'b':
		return objectAction(op)
	}
	return nil
}

func objectAction(op byte) action {
	switch op {
	case 'c': // GLOBAL
		return (*unpickler).global
	case 0x93: // STACK_GLOBAL
		return (*unpickler).stackGlobal
	case 'i': // INST
		return (*unpickler).instance
	case 'o': // OBJ
		return (*unpickler).object
	case 0x92: // NEWOBJ_EX
		return (*unpickler).newWithNames
	case 'b': // BUILD
		return (*unpickler).build
	}
	return (*unpickler).reduce // REDUCE, NEWOBJ
}

// protocol skips the version of the format, because opcodes do not change their meaning.
func (m *unpickler) protocol(byte) error {
	_, err := m.take(1)
	return err
}

// frame skips the size of a frame, which only helps readers of streams.
func (m *unpickler) frame(byte) error {
	_, err := m.take(8)
	return err
}

func (m *unpickler) mark(byte) error {
	m.marks = append(m.marks, len(m.stack))
	return nil
}

// discard drops the top value, or the mark if no value is above it.
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

// extend adds items to the container on top of the stack.
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

// enter adds keys and values to the container on top of the stack.
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
