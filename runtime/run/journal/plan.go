package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A plan says how the calls of one function are recorded.
type plan struct {
	result reflect.Type // nil if it returns nothing
	replay declare.Replay
	walk   bool   // it returns an iterator
	waits  bool   // it only waits, and Sleep records that
	reason string // why its result cannot be recorded, or ""

	functions []declare.Param // callbacks, and arguments of any kind
}

// plan returns the plan of a function, which is made once.
func (j *Journal) plan(f *declare.Func) *plan {
	if p, ok := j.plans[f]; ok {
		return p
	}
	p := j.newPlan(f)
	j.plans[f] = p
	return p
}

func (j *Journal) newPlan(f *declare.Func) *plan {
	p := &plan{result: f.Result(), functions: functionsOf(f)}
	if p.result == nil {
		p.waits = f.Kind == declare.Reads
		return p
	}
	if class := j.config.Registry.Class(p.result); class != nil {
		p.replay = class.Replay()
		if p.replay == declare.ReplayAll || p.replay == declare.ReplayCall {
			return p
		}
	}
	if p.result.Kind() == reflect.Func && f.Returns[0].Type.Kind == declare.KindIterator {
		p.walk = true
		p.reason = j.types.reason(p.result.In(0).In(0))
		return p
	}
	p.reason = j.types.reason(p.result)
	return p
}

// functionsOf returns the parameters that can be a function.
func functionsOf(f *declare.Func) []declare.Param {
	var list []declare.Param
	params := f.Params()
	if f.Options() != nil {
		params = append(params[:len(params):len(params)], f.Options().Keys...)
	}
	for _, p := range params {
		if p.Type.Kind == declare.KindCallback || p.Type.Kind == declare.KindRaw {
			list = append(list, p)
		}
	}
	return list
}

// recordable returns an error if the call cannot be recorded. It is asked before the call is made.
func (p *plan) recordable(ctx context.Context, c *declare.Call) error {
	if p.reason != "" {
		return &notRecordableError{function: c.Name, reason: p.reason, hint: "leave it out of a script that runs durably"}
	}
	args := reflect.ValueOf(c.Args).Elem()
	for _, param := range p.functions {
		if isFunction(ctx, args.FieldByIndex(param.Index)) {
			return callsFunction(c, param.Name)
		}
	}
	if holder, ok := c.Receiver.(declare.CallbackHolder); ok && holder.HeldCallback() != "" {
		return callsFunction(c, holder.HeldCallback())
	}
	return nil
}

// callsFunction returns the error of a call that would call a function of the script.
func callsFunction(c *declare.Call, name string) error {
	return &notRecordableError{
		function: c.Name, reason: fmt.Sprintf("it would call the function %q while it is under way, and not in a replay", name),
		hint: "call it without a function, and do the work of the function before or after the call",
	}
}

// isFunction returns true for a function of the script. An iterator of ours is none: its pages are
// steps.
func isFunction(ctx context.Context, v reflect.Value) bool {
	if v.IsNil() {
		return false
	}
	raw, ok := v.Interface().(declare.Raw)
	if !ok {
		return true
	}
	if raw.Type() != "function" {
		return false
	}
	_, ours := raw.Sequence(ctx)
	return !ours
}

// receiverReplays returns true if nothing of the receiver is recorded.
func (j *Journal) receiverReplays(c declare.Call) bool {
	if c.Receiver == nil {
		return false
	}
	class := j.config.Registry.Class(reflect.TypeOf(c.Receiver))
	return class != nil && class.Replay() == declare.ReplayAll
}

var (
	typeAny      = reflect.TypeFor[any]()
	typeBig      = reflect.TypeFor[*big.Int]()
	typeDuration = reflect.TypeFor[time.Duration]()
	typeError    = reflect.TypeFor[error]()
	typeMembers  = reflect.TypeFor[declare.Members]()
	typeNumber   = reflect.TypeFor[json.Number]()
	typeTime     = reflect.TypeFor[time.Time]()
)

// typePlans finds out whether values of a type can be recorded.
type typePlans struct {
	registry *declare.Registry
	byName   map[string]*declare.Class
	structs  map[reflect.Type]*structPlan
}

// reason returns why values of a type cannot be recorded, or "".
func (p *typePlans) reason(t reflect.Type) string { return p.look(t, map[reflect.Type]bool{}) }

func (p *typePlans) look(t reflect.Type, seen map[reflect.Type]bool) string {
	if seen[t] {
		return ""
	}
	seen[t] = true
	switch t {
	case typeAny, typeBig, typeError, typeMembers, typeNumber, typeTime:
		return ""
	}
	if class := p.class(t); class != nil {
		if class.Replay() == declare.ReplayData {
			return p.look(class.DataType(), seen)
		}
		if !isData(t) {
			return "a " + class.Name + " is no data"
		}
	}
	return p.lookInside(t, seen)
}

// class returns the class that is declared for a type itself.
func (p *typePlans) class(t reflect.Type) *declare.Class { return p.registry.Declared(t) }

// isData returns true for a struct without unexported fields, and for a pointer to one.
func isData(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && unexported(t) == ""
}

// unexported returns the name of a field that reflection cannot set, or "".
func unexported(t reflect.Type) string {
	for i := range t.NumField() {
		if f := t.Field(i); !f.IsExported() && f.Name != "_" {
			return f.Name
		}
	}
	return ""
}

func (p *typePlans) lookInside(t reflect.Type, seen map[reflect.Type]bool) string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return p.look(t.Elem(), seen)
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			return p.look(t.Elem(), seen)
		}
	case reflect.Struct:
		if name := unexported(t); name != "" {
			return fmt.Sprintf("a %s has the field %s, which is no data", t, name)
		}
		for i := range t.NumField() {
			if reason := p.look(t.Field(i).Type, seen); reason != "" {
				return reason
			}
		}
		return ""
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return ""
	}
	return fmt.Sprintf("a %s is no data", t)
}
