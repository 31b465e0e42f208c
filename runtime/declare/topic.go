package declare

import "strings"

// Topic is one thing that has a name and a manual: a *Module, *Func, *Value, *Class or *Field.
type Topic struct {
	Name string // dbos, dbos.enqueue, json.null, workflow, workflow.status, handle:get_result
	Item any
}

// Topics lists everything declared: each module, then its functions and values, then the classes
// with their fields and methods.
func (r *Registry) Topics() []Topic {
	var topics []Topic
	modules := r.Modules()
	for i := range modules {
		topics = append(topics, moduleTopics(&modules[i])...)
	}
	for _, c := range r.Classes() {
		topics = append(topics, classTopics(c)...)
	}
	return topics
}

// Topic finds a thing by its name. A method is found with a dot too. Of a module and a class with
// one name the module is found.
func (r *Registry) Topic(name string) (Topic, bool) {
	topics := r.Topics()
	for _, t := range topics {
		if t.Name == name {
			return t, true
		}
	}
	for _, t := range topics {
		if strings.Replace(t.Name, ":", ".", 1) == name {
			return t, true
		}
	}
	return Topic{}, false
}

func moduleTopics(m *Module) []Topic {
	topics := []Topic{{m.Name, m}}
	for i := range m.Funcs {
		topics = append(topics, Topic{m.Member(m.Funcs[i].Name), &m.Funcs[i]})
	}
	for i := range m.Values {
		topics = append(topics, Topic{m.Member(m.Values[i].Name), &m.Values[i]})
	}
	return topics
}

func classTopics(c *Class) []Topic {
	topics := []Topic{{c.Name, c}}
	for i := range c.Fields {
		topics = append(topics, Topic{c.Name + "." + c.Fields[i].Name, &c.Fields[i]})
	}
	for i := range c.Methods {
		topics = append(topics, Topic{c.Name + ":" + c.Methods[i].Name, &c.Methods[i]})
	}
	return topics
}
