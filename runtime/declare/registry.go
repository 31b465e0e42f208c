package declare

import (
	"reflect"
	"strings"
	"sync"
	"time"
)

// Registry knows the classes of Go types and the names of everything declared. It can be used by
// many VMs at a time.
type Registry struct {
	modules []Module
	classes map[reflect.Type]*Class
	faces   []*Class // of interfaces, in the order declared
	found   sync.Map // reflect.Type → *Class, or noClass: results of earlier lookups
	unmade  *unmade  // nil if all modules are made
	now     func() time.Time
	journal Journal // nil if the calls are not recorded
}

var noClass = &Class{}

// NewRegistry collects modules. Where two declare a class for one type, the first one holds.
func NewRegistry(modules ...Module) *Registry {
	r := emptyRegistry()
	r.modules = modules
	for i, m := range modules {
		r.addAll(m, i)
	}
	r.addBuiltin()
	return r
}

func emptyRegistry() *Registry {
	return &Registry{classes: map[reflect.Type]*Class{}, now: time.Now}
}

func (r *Registry) addBuiltin() {
	for _, c := range builtinClasses() {
		r.add(c)
	}
}

// WithClock sets the clock that relative times count from.
func (r *Registry) WithClock(now func() time.Time) *Registry {
	r.now = now
	return r
}

// Now is the time by the registry's clock.
func (r *Registry) Now() time.Time { return r.now() }

// Modules returns the modules passed to NewRegistry.
func (r *Registry) Modules() []Module {
	r.makeAll()
	return r.modules
}

// Module finds a module by name; nil when there is none.
func (r *Registry) Module(name string) *Module {
	if r.unmade != nil {
		r.unmade.mutex.Lock()
		defer r.unmade.mutex.Unlock()
	}
	for i := range r.modules {
		if r.modules[i].Name == name {
			r.make(i)
			return &r.modules[i]
		}
	}
	return nil
}

func (r *Registry) add(c *Class) {
	if _, taken := r.classes[c.Go]; taken {
		return
	}
	r.classes[c.Go] = c
	if c.Go.Kind() == reflect.Interface {
		r.faces = append(r.faces, c)
	}
}

// Class finds the class of a Go type: the one declared for it, for the struct it points to, or
// for an interface it has. A struct without any is a record, named by the rule that makes every
// name. nil means that the type is no object.
func (r *Registry) Class(t reflect.Type) *Class {
	if t == nil {
		return nil
	}
	known, ok := r.found.Load(t)
	if !ok {
		known, _ = r.found.LoadOrStore(t, r.classFor(t))
	}
	if known == noClass {
		return nil
	}
	return known.(*Class)
}

func (r *Registry) classFor(t reflect.Type) *Class {
	if c := r.class(t); c != nil {
		return c
	}
	// A result of type *T is an optional T, which is found under the class of *T.
	if c := r.class(reflect.PointerTo(t)); c != nil {
		return c
	}
	if c := r.record(t); c != nil {
		return c
	}
	for _, c := range r.ofInterfaces() {
		if t.Implements(c.Go) {
			return c
		}
	}
	return r.unnamed(t)
}

func (r *Registry) record(t reflect.Type) *Class {
	if t.Kind() == reflect.Pointer {
		if c := r.class(t.Elem()); c != nil && c.Record {
			return c
		}
	}
	return nil
}

// unnamed makes a record class for a struct, and none for errors, which are error objects.
func (r *Registry) unnamed(t reflect.Type) *Class {
	if t.Implements(typeError) {
		return noClass
	}
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
		if c := r.Class(t.Elem()); c != nil && c.Record {
			return c
		}
		return noClass
	}
	if t.Kind() != reflect.Struct || exactKind(t) != KindInvalid {
		return noClass
	}
	return recordOf(t, Snake(baseName(t)), "")
}

// baseName drops the arguments of a generic type.
func baseName(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

// Classes lists the classes that are declared or that functions return, then the ones that every
// registry has, each once.
func (r *Registry) Classes() []*Class {
	c := r.collector()
	for _, m := range r.modules {
		c.module(m)
	}
	for _, class := range r.Builtin() {
		c.class(class)
	}
	return c.list
}

// Builtin lists the classes that every registry has: errors, times and exact numbers.
func (r *Registry) Builtin() []*Class {
	var list []*Class
	for _, t := range []reflect.Type{reflect.TypeFor[Failure](), typeTime, typeBig, typeNumber} {
		list = append(list, r.class(t))
	}
	return list
}

// ClassesOf lists the classes that one module declares or returns, without the ones that every
// registry has.
func (r *Registry) ClassesOf(m Module) []*Class {
	c := r.collector()
	for _, class := range r.Builtin() {
		c.seen[class] = true
	}
	c.module(m)
	return c.list
}

// collector walks declarations for the classes they mention.
type collector struct {
	registry *Registry
	seen     map[*Class]bool
	list     []*Class
}

func (r *Registry) collector() *collector { return &collector{registry: r, seen: map[*Class]bool{}} }

func (c *collector) module(m Module) {
	for _, class := range m.Classes {
		c.class(class)
	}
	for _, f := range m.Funcs {
		c.function(f)
	}
}

func (c *collector) function(f Func) {
	for _, r := range f.Returns {
		c.mentioned(r.Type)
	}
}

func (c *collector) mentioned(t *Type) {
	for ; t != nil; t = t.Elem {
		for _, more := range t.More {
			c.mentioned(more)
		}
		c.mentioned(t.About)
		if t.Kind == KindStruct || t.Kind == KindObject {
			c.class(c.registry.Class(t.Go))
		}
	}
}

func (c *collector) class(class *Class) {
	if class == nil || c.seen[class] {
		return
	}
	c.seen[class] = true
	c.list = append(c.list, class)
	for _, f := range class.Fields {
		c.mentioned(f.Type)
	}
	for _, m := range class.Methods {
		c.function(m)
	}
}

// Declared finds the class that is declared for exactly this type; nil for a struct that is
// written as a table.
func (r *Registry) Declared(t reflect.Type) *Class { return r.class(t) }
