package codec

// pythonModule returns the name that a module of Python 2 has in Python 3.
func pythonModule(name string) string {
	switch name {
	case "__builtin__", "exceptions":
		return "builtins"
	case "copy_reg":
		return "copyreg"
	}
	return name
}

// global carries out GLOBAL: two lines name a class.
func (m *unpickler) global(byte) error {
	class, err := m.classLines()
	if err != nil {
		return err
	}
	return m.push(class)
}

// classLines reads a class as two lines, its module and its name.
func (m *unpickler) classLines() (*pyClass, error) {
	module, err := m.line()
	if err != nil {
		return nil, err
	}
	name, err := m.line()
	return &pyClass{pythonModule(validText(module, false)), validText(name, false)}, err
}

// stackGlobal carries out STACK_GLOBAL: the two texts on top of the stack name a class.
func (m *unpickler) stackGlobal(byte) error {
	names, err := m.popN(2)
	if err != nil {
		return err
	}
	module, ok1 := names[0].(string)
	name, ok2 := names[1].(string)
	if !ok1 || !ok2 {
		return errTarget
	}
	return m.push(&pyClass{pythonModule(module), name})
}

// instance carries out INST: two lines name a class, and its arguments are above the mark.
func (m *unpickler) instance(byte) error {
	class, err := m.classLines()
	if err != nil {
		return err
	}
	args, err := m.popMark()
	if err != nil {
		return err
	}
	return m.push(&pyObject{callable: class, args: args})
}

// object carries out OBJ: the class and its arguments are above the mark.
func (m *unpickler) object(byte) error {
	values, err := m.popMark()
	if err != nil {
		return err
	}
	if len(values) == 0 {
		return errStack
	}
	return m.push(&pyObject{callable: values[0], args: values[1:]})
}

// reduce carries out REDUCE and NEWOBJ: on top of the stack is a callable with the tuple of its
// arguments.
func (m *unpickler) reduce(op byte) error {
	values, err := m.popN(2)
	if err != nil {
		return err
	}
	args, ok := values[1].(*pyList)
	if !ok {
		return errTarget
	}
	object := reduced(values[0], args.items)
	object.isNew = object.isNew || op == 0x81 // NEWOBJ
	return m.push(object)
}

// reduced returns the object that a call makes. If the call goes through a helper of copyreg, the
// callable is the class that the helper is given.
func reduced(callable any, args []any) *pyObject {
	class, _ := callable.(*pyClass)
	if class == nil || class.module != "copyreg" || len(args) == 0 {
		return &pyObject{callable: callable, args: args}
	}
	switch class.name {
	case "_reconstructor":
		return &pyObject{callable: args[0], isNew: true}
	case "__newobj__":
		return &pyObject{callable: args[0], args: args[1:], isNew: true}
	}
	return &pyObject{callable: callable, args: args}
}

// newWithNames carries out NEWOBJ_EX: a class, its arguments, and its named arguments, which become
// attributes.
func (m *unpickler) newWithNames(byte) error {
	values, err := m.popN(3)
	if err != nil {
		return err
	}
	args, ok := values[1].(*pyList)
	if !ok {
		return errTarget
	}
	return m.push(&pyObject{callable: values[0], args: args.items, state: values[2]})
}

// build carries out BUILD: the top of the stack has the attributes of the object below it.
func (m *unpickler) build(byte) error {
	state, err := m.pop()
	if err != nil {
		return err
	}
	target, err := m.top()
	if err != nil {
		return err
	}
	object, ok := target.(*pyObject)
	if !ok {
		return errTarget
	}
	object.state = state
	return nil
}
