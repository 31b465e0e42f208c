package declare

import (
	"context"
	"fmt"
	"reflect"
)

// None is the argument struct of a function that takes nothing.
type None = struct{}

// Func is one script function: its parameters, results, manual and handler. It is immutable;
// methods that add to it return a changed copy.
type Func struct {
	Name     string
	Doc      string
	Returns  []Return // none for a function that returns nothing
	Examples []string // Lua
	Codes    []string // error codes it is known to raise
	Remarks  string   // Markdown
	Receiver *Type    // type of the object a method is called on; nil for a module function
	LongText int      // how many bytes a text may have, in an argument or an option; 0 for no bound
	Kind     FuncKind // set by Pure, Reads, Changes or Outside
	Page     int      // how many items of a returned iterator a journal records together; 0 is 1

	args     reflect.Type
	takes    func() arguments // of args, read at the first use: a run calls few of all functions
	result   reflect.Type     // of the handler; nil if it returns nothing
	recorded bool             // the handler records its calls
	find     func(context.Context) (any, error)
	call     func(ctx context.Context, recv, args any) (any, error)
	problems []string
}

// Return is one result of a function.
type Return struct {
	Doc   string
	Type  *Type
	OrNil bool // there may be none
}

// Fn declares a module function with a result.
func Fn[A, R any](name, doc string, h func(context.Context, A) (R, error)) Func {
	f := declare(name, doc, reflect.TypeFor[A]())
	f.result, f.Returns = reflect.TypeFor[R](), returnsOf(reflect.TypeFor[R]())
	f.call = func(ctx context.Context, _, args any) (any, error) { return h(ctx, *args.(*A)) }
	return f
}

// Do declares a module function that returns nothing.
func Do[A any](name, doc string, h func(context.Context, A) error) Func {
	f := declare(name, doc, reflect.TypeFor[A]())
	f.call = func(ctx context.Context, _, args any) (any, error) { return nil, h(ctx, *args.(*A)) }
	return f
}

// Method declares a method of the class of T, with a result.
func Method[T, A, R any](name, doc string, h func(context.Context, T, A) (R, error)) Func {
	f := declare(name, doc, reflect.TypeFor[A]())
	f.Receiver = receiverOf(reflect.TypeFor[T]())
	f.result, f.Returns = reflect.TypeFor[R](), returnsOf(reflect.TypeFor[R]())
	f.call = func(ctx context.Context, recv, args any) (any, error) {
		t, err := receive[T](name, recv)
		if err != nil {
			return nil, err
		}
		return h(ctx, t, *args.(*A))
	}
	return f
}

// MethodDo declares a method of the class of T that returns nothing.
func MethodDo[T, A any](name, doc string, h func(context.Context, T, A) error) Func {
	f := Method(name, doc, func(ctx context.Context, t T, a A) (None, error) { return None{}, h(ctx, t, a) })
	f.result, f.Returns = nil, nil
	return f
}

func receive[T any](name string, recv any) (T, error) {
	t, ok := recv.(T)
	if !ok {
		return t, &ArgumentError{Func: name, Message: fmt.Sprintf("called on a %T", recv)}
	}
	return t, nil
}

// On turns a method into a module function whose receiver is found at each call, so that a module
// and a class share one declaration. An error of receiver is the error of the call.
func (f Func) On(receiver func(context.Context) (any, error)) Func {
	f.find, f.Receiver = receiver, nil
	return f
}

// Returning documents the results, one text each.
func (f Func) Returning(docs ...string) Func {
	f.Returns = append([]Return(nil), f.Returns...)
	for i, doc := range docs {
		if i >= len(f.Returns) {
			f.problems = append(f.problems[:len(f.problems):len(f.problems)], fmt.Sprintf("documents result %d of %d", i+1, len(f.Returns)))
			break
		}
		f.Returns[i].Doc = doc
	}
	return f
}

// OrNil says that the first result may be nil. A pointer alone does not: most handlers give one
// beside an error.
func (f Func) OrNil() Func {
	f.Returns = append([]Return(nil), f.Returns...)
	if len(f.Returns) == 0 {
		f.problems = append(f.problems[:len(f.problems):len(f.problems)], "returns nothing, so it cannot return nil")
		return f
	}
	f.Returns[0].OrNil = true
	return f
}

// Example adds a piece of Lua that runs as it stands.
func (f Func) Example(lua string) Func {
	f.Examples = append(f.Examples[:len(f.Examples):len(f.Examples)], lua)
	return f
}

// Raises adds error codes that the function is known to raise.
func (f Func) Raises(codes ...string) Func {
	f.Codes = append(f.Codes[:len(f.Codes):len(f.Codes)], codes...)
	return f
}

// Notes sets the remarks below the manual, in Markdown.
func (f Func) Notes(markdown string) Func {
	f.Remarks = markdown
	return f
}

// TextWithin bounds each text in the arguments and options to so many bytes. Data is not bounded.
func (f Func) TextWithin(bytes int) Func {
	f.LongText = bytes
	return f
}

// IsMethod reports whether a call needs a receiver.
func (f *Func) IsMethod() bool { return f.Receiver != nil }

// Params returns the positional arguments.
func (f *Func) Params() []Param { return f.takes().params }

// Options returns the keys of the trailing table; nil if the function has none.
func (f *Func) Options() *Table { return f.takes().options }

// Variadic reports whether the last positional argument takes all the remaining ones.
func (f *Func) Variadic() bool {
	params := f.Params()
	return len(params) > 0 && params[len(params)-1].Variadic
}

// NewArgs makes a zero argument struct and returns the pointer to it.
func (f *Func) NewArgs() any { return reflect.New(f.args).Interface() }

// Args is the argument struct's type.
func (f *Func) Args() reflect.Type { return f.args }

// Invoke calls the handler with arguments made by NewArgs. recv is the receiver of a method, and
// ignored otherwise.
func (f *Func) Invoke(ctx context.Context, recv, args any) (any, error) {
	if f.find != nil {
		found, err := f.find(ctx)
		if err != nil {
			return nil, err
		}
		recv = found
	}
	return f.call(ctx, recv, args)
}

func declare(name, doc string, args reflect.Type) Func {
	var problems []string
	if args.Kind() != reflect.Struct {
		problems = []string{fmt.Sprintf("argument type %s is not a struct", args)}
		args = reflect.TypeFor[None]()
	}
	return Func{Name: name, Doc: doc, args: args, takes: func() arguments { return argumentsOf(args) }, problems: problems}
}

func receiverOf(t reflect.Type) *Type { return &Type{Kind: KindObject, Go: t} }

func returnsOf(r reflect.Type) []Return {
	types := results(r)
	returns := make([]Return, len(types))
	for i, t := range types {
		returns[i].Type = ResultType(t)
	}
	return returns
}

// results are the types of the single results that a Go type stands for.
func results(r reflect.Type) []reflect.Type { return resultsOf(r) }

var resultsOf = perType(func(r reflect.Type) []reflect.Type {
	if r.Implements(reflect.TypeFor[split]()) {
		return reflect.Zero(r).Interface().(split).types()
	}
	return []reflect.Type{r}
})
