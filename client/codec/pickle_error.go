package codec

import "strings"

// fromPickle reads a pickled exception: the class's name, and as the message
// what Python would print. An exception that sets a message attribute says
// the same there, so that attribute is preferred.
func (e *RemoteError) fromPickle(text string) {
	tree, err := readPickle(text)
	if err != nil {
		e.Message = "an exception that cannot be read: " + err.Error()
		return
	}
	c := converter{newBudget(len(text))}
	object, ok := tree.(*pyObject)
	if !ok {
		e.Message = c.shown(tree)
		return
	}
	class, _ := object.callable.(*pyClass)
	if class != nil {
		e.Name = class.name[strings.LastIndexByte(class.name, '.')+1:]
	}
	if class != nil {
		if own, found := dbosExceptionOf(class); found && own.read(e, c, object.args) {
			return
		}
	}
	e.Message = c.arguments(object.args)
	if state, ok := object.state.(*pyDict); ok {
		e.fromState(c, state)
	}
}

// fromState reads an exception's attributes; those with other names become
// its data, as far as they are plain data.
func (e *RemoteError) fromState(c converter, state *pyDict) {
	members := map[string]any{}
	for i := 0; i+1 < len(state.pairs); i += 2 {
		name, ok := state.pairs[i].(string)
		if !ok {
			continue
		}
		if value, err := c.value(state.pairs[i+1]); err == nil {
			members[name] = value
		}
	}
	if message, ok := members["message"].(string); ok && message != "" {
		e.Message = message
	}
	e.Code = members["dbos_error_code"]
	if e.Code == nil {
		e.Code = members["code"]
	}
	if e.Data = members["data"]; e.Data == nil {
		e.Data = without(members, "message", "dbos_error_code", "code", "data")
	}
}

// arguments returns the text that Python prints of an exception: "", its only argument, or all of
// them.
func (c converter) arguments(args []any) string {
	shown := make([]string, len(args))
	for i, arg := range args {
		shown[i] = c.shown(arg)
	}
	return strings.Join(shown, ", ")
}

// shown returns a value as text; of another exception, its class and arguments.
func (c converter) shown(node any) string {
	value, err := c.value(node)
	if err == nil {
		return plainText(value)
	}
	switch node := node.(type) {
	case *pyList:
		return c.call("", node.items)
	case *pyObject:
		if class, ok := node.callable.(*pyClass); ok {
			return c.call(class.name, node.args)
		}
	}
	return err.Error()
}

func (c converter) call(name string, args []any) string {
	const maxShownDepth = 16
	if c.depth > maxShownDepth || c.enter(len(name)) != nil {
		return "…"
	}
	defer c.leave()
	return name + "(" + c.arguments(args) + ")"
}
