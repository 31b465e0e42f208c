package declare

import (
	"fmt"
	"slices"
)

// Check returns all mistakes in declarations: missing docs, functions without an example, Go
// types that no script value can hold, names declared twice.
func Check(modules ...Module) []error {
	c := checker{registry: NewRegistry(modules...)}
	names := map[string]bool{}
	for _, m := range modules {
		c.once(names, "module", m.Name)
		c.module(m)
	}
	classes := map[string]bool{}
	for _, class := range c.registry.Classes() {
		c.once(classes, "class", class.Name)
		c.class(class)
	}
	return c.errs
}

type checker struct {
	registry *Registry
	errs     []error
}

func (c *checker) fail(name, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...)))
}

func (c *checker) documented(name, doc string) {
	if doc == "" {
		c.fail(name, "has no doc")
	}
}

func (c *checker) once(seen map[string]bool, what, name string) {
	if seen[name] {
		c.fail(name, "a second %s of this name", what)
	}
	seen[name] = true
}

func (c *checker) module(m Module) {
	c.documented(m.Name, m.Doc)
	members := map[string]bool{}
	for _, f := range m.Funcs {
		name := m.Member(f.Name)
		c.once(members, "member", name)
		if f.IsMethod() {
			c.fail(name, "is a method; On sets its receiver")
		}
		c.function(name, f)
	}
	for _, v := range m.Values {
		c.once(members, "member", m.Member(v.Name))
		c.documented(m.Member(v.Name), v.Doc)
	}
}

func (c *checker) class(class *Class) {
	c.documented(class.Name, class.Doc)
	for _, p := range class.problems {
		c.fail(class.Name, "%s", p)
	}
	members := map[string]bool{}
	for _, f := range class.Fields {
		name := class.Name + "." + f.Name
		c.once(members, "member", name)
		c.documented(name, f.Doc)
		c.result(name, f.Type)
	}
	for _, m := range class.Methods {
		c.once(members, "member", class.Name+"."+m.Name)
		c.function(class.Name+":"+m.Name, m)
	}
}

func (c *checker) function(name string, f Func) {
	c.documented(name, f.Doc)
	if len(f.Examples) == 0 {
		c.fail(name, "has no example")
	}
	if f.Kind == NoKind {
		c.fail(name, "has no kind: Pure, Reads, Changes or Outside declares it")
	}
	for _, p := range slices.Concat(f.problems, f.takes().problems) {
		c.fail(name, "%s", p)
	}
	for _, p := range f.Params() {
		c.param(name+" argument "+p.Name, p)
	}
	if f.Options() != nil {
		c.table(name, f.Options(), map[*Table]bool{})
	}
	for i, r := range f.Returns {
		result := fmt.Sprintf("%s result %d", name, i+1)
		c.documented(result, r.Doc)
		c.result(result, r.Type)
	}
}

func (c *checker) param(name string, p Param) {
	c.documented(name, p.Doc)
	c.argument(name, p.Type, map[*Table]bool{})
}

func (c *checker) table(name string, t *Table, seen map[*Table]bool) {
	if seen[t] {
		return
	}
	seen[t] = true
	for _, key := range t.Keys {
		c.documented(name+" key "+key.Name, key.Doc)
		c.argument(name+" key "+key.Name, key.Type, seen)
	}
}

func (c *checker) argument(name string, t *Type, seen map[*Table]bool) {
	for ; t != nil; t = t.Elem {
		switch t.Kind {
		case KindInvalid, KindIterator:
			c.fail(name, "%s is no script type", t.Go)
		case KindObject:
			c.requireClass(name, t)
		case KindStruct:
			if declared := c.registry.Declared(t.Go); declared == nil {
				c.table(name, t.Table, seen)
			}
		}
	}
}

func (c *checker) result(name string, t *Type) {
	for ; t != nil; t = t.Elem {
		for _, more := range t.More {
			c.result(name, more)
		}
		switch t.Kind {
		case KindInvalid:
			c.fail(name, "%s is no script type", t.Go)
		case KindObject:
			c.requireClass(name, t)
		}
	}
}

func (c *checker) requireClass(name string, t *Type) {
	if c.registry.Class(t.Go) == nil {
		c.fail(name, "%s has no class", t.Go)
	}
}
