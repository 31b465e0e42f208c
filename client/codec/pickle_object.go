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

// global is GLOBAL: a class by its lines.
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

// stackGlobal is STACK_GLOBAL: a class by the two texts on top of the stack.
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

// instance is INST: a class by its lines, the arguments above the mark.
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

// object is OBJ: the class and the arguments above the mark.
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

// reduce is REDUCE and NEWOBJ: a callable and the tuple of its arguments.
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
	object.isNew = object.isNew || op == 0x81
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

// newWithNames is NEWOBJ_EX: a class, arguments, and named arguments, which
// are kept with the attributes.
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

// build is BUILD: it sets the attributes of the object below them.
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
