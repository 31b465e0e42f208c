package declare

import (
	"reflect"
	"slices"
	"sync"
)

// An Outline has the names and the types of modules, so that a registry can make each of them when
// it is asked for. A short script uses two modules of many, whose functions are closures of its
// run.
type Outline struct {
	modules []Module
	classes map[reflect.Type]int // the first module that has a class for the type
	faces   []int                // the modules that have a class for an interface
}

// NewOutline returns the outline of modules, which are never called.
func NewOutline(modules ...Module) *Outline {
	o := &Outline{modules: modules, classes: map[reflect.Type]int{}}
	for i, m := range modules {
		for _, c := range m.Classes {
			if _, taken := o.classes[c.Go]; !taken {
				o.classes[c.Go] = i
			}
			if c.Go.Kind() == reflect.Interface && !slices.Contains(o.faces, i) {
				o.faces = append(o.faces, i)
			}
		}
	}
	return o
}

// unmade are the modules of an outline that a registry has not made yet.
type unmade struct {
	outline *Outline
	mutex   sync.Mutex
	makers  []func() Module // nil where a module is made
}

// Outlined returns a registry that makes the modules of an outline with the functions of the same
// places, each when something of it is asked for. Further modules follow them. The functions must
// not ask the registry.
func Outlined(o *Outline, makers []func() Module, further ...Module) *Registry {
	r := emptyRegistry()
	r.unmade = &unmade{outline: o, makers: slices.Clone(makers)}
	r.modules = append(slices.Clone(o.modules), further...)
	for _, m := range further {
		r.addAll(m, len(o.modules))
	}
	r.addBuiltin()
	return r
}

// Listed returns the modules as Modules does, but makes none: of the modules of an outline, only
// the names may be read.
func (r *Registry) Listed() []Module {
	if r.unmade == nil {
		return r.modules
	}
	return append(slices.Clone(r.unmade.outline.modules), r.modules[len(r.unmade.outline.modules):]...)
}

// makeAll makes all modules.
func (r *Registry) makeAll() {
	if r.unmade != nil {
		r.unmade.mutex.Lock()
		defer r.unmade.mutex.Unlock()
		for i := range r.unmade.makers {
			r.make(i)
		}
	}
}

// make makes a module, once. The caller holds the mutex.
func (r *Registry) make(i int) {
	if r.unmade != nil && i < len(r.unmade.makers) && r.unmade.makers[i] != nil {
		r.modules[i] = r.unmade.makers[i]()
		r.unmade.makers[i] = nil
		r.addAll(r.modules[i], i)
	}
}

// addAll adds the classes of the module of a place, but for the types of which an earlier module
// has one.
func (r *Registry) addAll(m Module, place int) {
	for _, c := range m.Classes {
		if r.unmade != nil {
			if first, known := r.unmade.outline.classes[c.Go]; known && first < place {
				continue
			}
		}
		r.add(c)
	}
}

// class returns the class that is declared for exactly this type, or nil.
func (r *Registry) class(t reflect.Type) *Class {
	if r.unmade == nil {
		return r.classes[t]
	}
	r.unmade.mutex.Lock()
	defer r.unmade.mutex.Unlock()
	if place, known := r.unmade.outline.classes[t]; known {
		r.make(place)
	}
	return r.classes[t]
}

// ofInterfaces returns the classes of interfaces, in the order declared.
func (r *Registry) ofInterfaces() []*Class {
	if r.unmade == nil {
		return r.faces
	}
	r.unmade.mutex.Lock()
	defer r.unmade.mutex.Unlock()
	for _, place := range r.unmade.outline.faces {
		r.make(place)
	}
	return slices.Clone(r.faces)
}
