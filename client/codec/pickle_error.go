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
	e.Message = c.message(class, object.args)
	if state, ok := object.state.(*pyDict); ok {
		e.fromState(c, state)
	}
	if group := c.grouped(class, object.args); group != nil && e.Data == nil {
		e.Data = map[string]any{"exceptions": group}
	}
}

// grouped returns the exceptions of a group, each with its name and message.
func (c converter) grouped(class *pyClass, args []any) any {
	if class == nil || !strings.HasSuffix(class.name, "ExceptionGroup") || len(args) != 2 {
		return nil
	}
	group, err := c.value(args[1])
	if err != nil {
		return nil
	}
	return group
}

// fromState reads an exception's attributes. Attributes with other names
// become its data if they are plain data.
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
