package stdlib

import (
	"context"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func help(host Host) declare.Func {
	type args struct {
		Thing declare.Raw `arg:"thing,optional" doc:"A function, a module, a record or an object, or the name of one as text; without it, all modules are listed."`
	}
	return declare.Do("help", "Prints the manual of a function, a module or a value.",
		func(_ context.Context, a args) error {
			topic, err := host.topic(a.Thing)
			if err != nil {
				return err
			}
			return host.Page([]byte(host.Manual(topic) + "\n"))
		}).Outside().
		Example(`help(dbos.list_workflows)`).
		Example(`help("workflow.status")`)
}

// topic is nil where nothing is asked for.
func (h Host) topic(thing declare.Raw) (*declare.Topic, error) {
	if thing == nil {
		return nil, nil
	}
	if name, ok := thing.Native().(string); ok {
		topic, err := h.Find(name)
		if err != nil {
			return nil, declare.BadArgument("thing", "%v", err)
		}
		return &topic, nil
	}
	if topic, ok := thing.Topic(); ok {
		return &topic, nil
	}
	return nil, declare.BadArgument("thing", "there is no manual for a %s; try help(dbos) or help(dbos.list_workflows)", thing.Type())
}
