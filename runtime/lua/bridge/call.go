package bridge

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// binding is a declared function as Lua calls it.
type binding struct {
	x        *Exposer
	spec     *declare.Func
	name     string // as a script writes it: dbos.enqueue, handle:get_result
	owner    *lua.LTable
	method   bool
	decoders []decoder
	variadic decoder // of the remaining arguments
	options  *tableDecoder
}

// function makes the Lua function of a declaration; owner is the table of a module's function.
func (x *Exposer) function(f *declare.Func, name string, owner *lua.LTable) *lua.LFunction {
	b := &binding{x: x, spec: f, name: name, owner: owner, method: f.IsMethod()}
	made := x.state.NewFunction(b.run)
	x.topics[made] = declare.Topic{Name: name, Item: f}
	return made
}

// prepare makes the decoders at the first call, so that a run pays only for functions it uses.
func (b *binding) prepare() {
	if b.decoders != nil {
		return
	}
	b.decoders = []decoder{}
	for i := range b.spec.Params() {
		p := &b.spec.Params()[i]
		if p.Variadic {
			b.variadic = b.x.decoder(p.Type.Elem, p)
			break
		}
		b.decoders = append(b.decoders, b.x.paramDecoder(p))
	}
	if b.spec.Options() != nil {
		b.options = b.x.tableDecoder(b.spec.Options())
	}
}

func (b *binding) run(L *lua.LState) int {
	n, err := b.guarded(L)
	if err != nil {
		b.x.Raise(L, err)
	}
	return n
}

// guarded turns a Go panic of the handler into an error; a Lua error that passes through goes on
// unchanged.
func (b *binding) guarded(L *lua.LState) (n int, err error) {
	defer func() {
		if failure := b.x.recovered(recover()); failure != nil {
			err = failure
		}
	}()
	return b.call(L)
}

func (b *binding) call(L *lua.LState) (int, error) {
	recv, first, err := b.receiver(L)
	if err != nil {
		return 0, err
	}
	ctx := newCallContext(L)
	args, err := b.arguments(ctx, first)
	if err != nil {
		return 0, err
	}
	result, err := b.watched(ctx, recv, args)
	if err != nil {
		return 0, b.named(err)
	}
	return b.push(L, result)
}

// watched makes a call, and reports it if it is not Pure.
func (b *binding) watched(ctx context.Context, recv, args any) (any, error) {
	if b.x.options.Called == nil || b.spec.Kind == declare.Pure {
		return b.made(ctx, recv, args)
	}
	returned := b.x.options.Called(b.name)
	result, err := b.made(ctx, recv, args)
	returned(err)
	return result, err
}

func (b *binding) made(ctx context.Context, recv, args any) (any, error) {
	if b.x.journal == nil {
		return b.spec.Invoke(ctx, recv, args)
	}
	return b.journaled(ctx, recv, args)
}

// journaled makes a call of a run whose calls are recorded.
func (b *binding) journaled(ctx context.Context, recv, args any) (any, error) {
	if !b.spec.IsRecorded() {
		return b.spec.Invoke(ctx, recv, args)
	}
	return b.x.journal.Call(ctx, declare.Call{Name: b.name, Func: b.spec, Receiver: recv, Args: args})
}

// named adds the function to an argument error of a handler. If another error begins with its
// operation, it returns one that begins with the function: "dbos.send_many: …" for "send: …".
func (b *binding) named(err error) error {
	var argument *declare.ArgumentError
	if errors.As(err, &argument) && argument.Func == "" && argument.Error() == err.Error() {
		named := *argument
		named.Func = b.name
		return &named
	}
	if _, ok := errors.AsType[coded](err); ok {
		if reason, found := strings.CutPrefix(err.Error(), b.operation(err)+": "); found {
			return &renamed{err, b.name + ": " + reason}
		}
	}
	return err
}

// operation returns the operation that an error names, or the name of the function without its
// owner, in words.
func (b *binding) operation(err error) string {
	if failed, ok := errors.AsType[operating](err); ok && failed.Operation() != "" {
		return failed.Operation()
	}
	short := b.name[strings.LastIndexAny(b.name, ".:")+1:]
	return strings.ReplaceAll(short, "_", " ")
}

// operating is an error that names the operation that failed.
type operating interface {
	error
	Operation() string
}

// A renamed error has another text than the error that it wraps.
type renamed struct {
	error
	text string
}

func (e *renamed) Error() string { return e.text }
func (e *renamed) Unwrap() error { return e.error }

// receiver returns the Go value of a method's object and the index of the first argument.
func (b *binding) receiver(L *lua.LState) (any, int, error) {
	if !b.method {
		return nil, 1, nil
	}
	recv := native(L.Get(1))
	if recv == nil || !reflect.TypeOf(recv).AssignableTo(b.spec.Receiver.Go) {
		owner, _, _ := strings.Cut(b.name, ":")
		return nil, 0, notCalledOn(b.name, owner)
	}
	return recv, 2, nil
}

func notCalledOn(name, owner string) error {
	_, method, _ := strings.Cut(name, ":")
	return &declare.ArgumentError{Func: name, Message: fmt.Sprintf("is called on a %s with a colon: x:%s(…)", owner, method)}
}

func (b *binding) arguments(ctx *callContext, first int) (any, error) {
	b.prepare()
	if err := b.count(ctx.state, first); err != nil {
		return nil, err
	}
	args := b.spec.NewArgs()
	to := reflect.ValueOf(args).Elem()
	s := scope{x: b.x, state: ctx.state, spent: &ctx.spent, longText: b.spec.LongText}
	for i, decode := range b.decoders {
		if err := b.argument(s, &b.spec.Params()[i], decode, first+i, to); err != nil {
			return nil, err
		}
	}
	if b.variadic != nil {
		return args, b.rest(s, first+len(b.decoders), to)
	}
	return args, b.trailing(s, first+len(b.decoders), to)
}

func (b *binding) argument(s scope, p *declare.Param, decode decoder, at int, to reflect.Value) error {
	v := s.state.Get(at)
	if v == lua.LNil && !b.givenNil(s.state, p, at) {
		if p.Required {
			return &declare.ArgumentError{Func: b.name, Argument: p.Name, Message: "is missing"}
		}
		return nil
	}
	if m := decode(s, v, to.FieldByIndex(p.Index)); m != nil {
		return m.in(b.name, p.Name)
	}
	return nil
}

// givenNil holds where nil is a value of its own: data, and values kept as they are.
func (b *binding) givenNil(L *lua.LState, p *declare.Param, at int) bool {
	return (p.Type.Kind == declare.KindAny || p.Type.Kind == declare.KindRaw) && at <= L.GetTop()
}

func (b *binding) rest(s scope, from int, to reflect.Value) error {
	p := &b.spec.Params()[len(b.spec.Params())-1]
	list := reflect.MakeSlice(p.Type.Go, 0, max(0, s.state.GetTop()-from+1))
	for at := from; at <= s.state.GetTop(); at++ {
		item := reflect.New(p.Type.Go.Elem()).Elem()
		if m := b.variadic(s, s.state.Get(at), item); m != nil {
			return m.at(indexSegment(at-from+1)).in(b.name, p.Name)
		}
		list = reflect.Append(list, item)
	}
	to.FieldByIndex(p.Index).Set(list)
	return nil
}

// trailing reads the table of options, which may be left out where no key is required.
func (b *binding) trailing(s scope, at int, to reflect.Value) error {
	if b.options == nil {
		return nil
	}
	v := s.state.Get(at)
	var m *mismatch
	switch table, ok := v.(*lua.LTable); {
	case ok:
		m = b.options.decode(s, table, to)
	case v == lua.LNil:
		m = b.options.complete(b.x, nil)
	default:
		m = expected("table of options", v)
		m.hint = b.firstResult()
	}
	if m != nil {
		return m.inOptions(b.name)
	}
	return nil
}

// count refuses arguments that nothing would read; nil is none.
func (b *binding) count(L *lua.LState, first int) error {
	if b.variadic != nil {
		return nil
	}
	if b.owner != nil && L.Get(1) == lua.LValue(b.owner) {
		return &declare.ArgumentError{Func: b.name, Message: "is called with a dot, not a colon"}
	}
	most := len(b.decoders)
	if b.options != nil {
		most++
	}
	for at := first + most; at <= L.GetTop(); at++ {
		if L.Get(at) != lua.LNil {
			e := &declare.ArgumentError{Func: b.name, Message: fmt.Sprintf("takes %s, got %d", declare.AtMost(most), L.GetTop()-first+1)}
			if most > 0 {
				e.Hint = b.firstResult()
			}
			return e
		}
	}
	return nil
}

// firstResult explains an argument too many: a call that stands last passes all of its results.
func (b *binding) firstResult() string {
	return fmt.Sprintf("options are written {name = …}; a call that stands last passes all of its results, and brackets keep the first: %s((f(x)))", b.name)
}

// push pushes the results on the Lua stack and returns their number.
func (b *binding) push(L *lua.LState, result any) (int, error) {
	if len(b.spec.Returns) == 0 {
		return 0, nil
	}
	values := declare.Split(result)
	for i, value := range values {
		v, err := b.result(i, value)
		if _, wrong := errors.AsType[*declare.ArgumentError](err); wrong {
			return 0, b.named(err)
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", b.name, err)
		}
		L.Push(v)
	}
	return len(values), nil
}

// result uses the declared type where there is one for the place, which knows the class of an
// interface.
func (b *binding) result(i int, value any) (lua.LValue, error) {
	if value == nil || i >= len(b.spec.Returns) || b.spec.Returns[i].Type.Kind == declare.KindRaw {
		return b.x.encode(value)
	}
	if t := b.spec.Returns[i].Type; t.Kind == declare.KindObject {
		return b.x.encoder(t.Go)(reflect.ValueOf(value))
	}
	return b.x.encode(value)
}

// callContext is the context of one call: that of the thread, which also knows the calling line.
type callContext struct {
	context.Context
	state *lua.LState
	spent spending // by the arguments
}

func newCallContext(L *lua.LState) *callContext {
	ctx := L.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	return &callContext{Context: ctx, state: L}
}

// stateKey finds the thread of a call in its context.
type stateKey struct{}

func (c *callContext) Value(key any) any {
	switch key {
	case declare.PositionKey():
		return func() declare.Position { return position(c.state) }
	case stateKey{}:
		return c.state
	}
	return c.Context.Value(key)
}

// position is the innermost line of Lua that is running.
func position(L *lua.LState) declare.Position {
	for thread := L; thread != nil; thread = thread.Parent {
		for level := 0; ; level++ {
			frame, ok := thread.GetStack(level)
			if !ok {
				break
			}
			if _, err := thread.GetInfo("Sl", frame, lua.LNil); err == nil && frame.CurrentLine > 0 && !strings.HasPrefix(frame.Source, declare.Library) {
				return declare.Position{File: frame.Source, Line: frame.CurrentLine}
			}
		}
	}
	return declare.Position{}
}
