package stdlib

import (
	"context"
	"iter"
	"reflect"

	"github.com/dbos-script/dbos-script/runtime/spec"
)

func seqModule(host Host) spec.Module {
	return spec.Module{
		Name: "seq",
		Doc: "Works on arrays and iterators alike: `dbos.workflows{…}`, `csv.read`, any function that gives one item a call and nil at " +
			"the end. What gives a sequence gives an iterator, which a `for` or another function of this module goes over, once; it " +
			"draws an item when the next is asked for, so that memory does not grow with the length.\n\nWhere a function is called with " +
			"each item, the name of a field may stand for it: `seq.count_by(workflows, \"status\")`. An iterator that gives several " +
			"values at a time, such as `time.range`, gives items that are arrays of them.",
		Funcs: append(seqSequences(host), seqResults(host)...),
	}
}

// The arguments of the functions; values are what the chunk gets behind the name.
type (
	seqItems struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
	}
	seqEach struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
		Fn    spec.Raw `arg:"fn" doc:"A function that is called with each item, or the name of a field."`
	}
	seqMaybe struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
		Fn    spec.Raw `arg:"fn,optional" doc:"Which items: a function that is called with each, or the name of a field. All when not given."`
	}
	seqBy struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
		By    spec.Raw `arg:"by" doc:"What to go by: a function that gives a value for an item, or the name of a field."`
	}
	seqMaybeBy struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
		By    spec.Raw `arg:"by,optional" doc:"What to go by: a function that gives a value for an item, or the name of a field. The item itself when not given."`
	}
	seqSorted struct {
		seqMaybeBy
		Desc bool `json:"desc" doc:"The largest first."`
	}
	seqCounted struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
		N     int64    `arg:"n" doc:"How many." min:"0"`
	}
	seqSized struct {
		Items spec.Raw `arg:"items" doc:"An array or an iterator."`
		Size  int64    `arg:"size" doc:"How many items an array has." min:"1"`
	}
	seqCalled struct {
		Items spec.Raw      `arg:"items" doc:"An array or an iterator."`
		Fn    spec.Callback `arg:"fn" doc:"A function that is called with each item."`
	}
	seqReduced struct {
		Items   spec.Raw      `arg:"items" doc:"An array or an iterator."`
		Fn      spec.Callback `arg:"fn" doc:"A function of the value so far and the next item, which gives the next value."`
		Initial spec.Raw      `arg:"initial" doc:"The value before the first item."`
	}
	seqTable struct {
		Table spec.Raw `arg:"table" doc:"A table or a record."`
	}
	seqLists struct {
		Lists []spec.Raw `arg:"lists,variadic" doc:"Arrays and iterators."`
	}
)

type seqArguments interface{ values() []any }

func (a seqItems) values() []any   { return []any{a.Items} }
func (a seqEach) values() []any    { return []any{a.Items, a.Fn} }
func (a seqMaybe) values() []any   { return []any{a.Items, a.Fn} }
func (a seqBy) values() []any      { return []any{a.Items, a.By} }
func (a seqMaybeBy) values() []any { return []any{a.Items, a.By} }
func (a seqSorted) values() []any  { return []any{a.Items, a.By, a.Desc} }
func (a seqCounted) values() []any { return []any{a.Items, a.N} }
func (a seqSized) values() []any   { return []any{a.Items, a.Size} }
func (a seqCalled) values() []any  { return []any{a.Items, a.Fn} }
func (a seqReduced) values() []any { return []any{a.Items, a.Fn, a.Initial} }
func (a seqTable) values() []any   { return []any{a.Table} }

func (a seqLists) values() []any {
	lists := make([]any, len(a.Lists))
	for i, list := range a.Lists {
		lists[i] = list
	}
	return lists
}

// What the functions give.
var (
	seqIterator = reflect.TypeFor[iter.Seq[any]]()       // of what a function made
	seqItself   = reflect.TypeFor[iter.Seq[spec.Item]]() // of the items
	seqArrays   = reflect.TypeFor[iter.Seq[[]spec.Item]]()
	seqArray    = reflect.TypeFor[[]spec.Item]()
	seqItem     = reflect.TypeFor[spec.Item]()
	seqAny      = reflect.TypeFor[spec.Raw]()
	seqBool     = reflect.TypeFor[bool]()
	seqInteger  = reflect.TypeFor[int64]()
	seqNumber   = reflect.TypeFor[float64]()
	seqGroups   = reflect.TypeFor[map[string][]spec.Item]()
	seqCounts   = reflect.TypeFor[map[string]int64]()
)

// seqFn declares a function that the chunk carries out: its values pass through as they are, and what it gives is
// documented as the type given.
func seqFn[A seqArguments](host Host, name, doc string, gives reflect.Type, result string) spec.Func {
	f := spec.Fn(name, doc, func(ctx context.Context, a A) (spec.Results, error) {
		results, err := host.call(ctx, seqChunk, append([]any{name}, a.values()...)...)
		if err != nil {
			return nil, err
		}
		if len(results) == 0 {
			return spec.Results{nil}, nil
		}
		if gives == seqArray {
			array, err := results[0].Array()
			return spec.Results{array}, err
		}
		return spec.Results{results[0]}, nil
	})
	f.Returns = []spec.Return{{Doc: result, Type: spec.ResultType(gives)}}
	return passingItems(f)
}

// passingItems says of what is called with each item that it is.
func passingItems(f spec.Func) spec.Func {
	for _, p := range f.Params {
		if p.Name == "by" || p.Name == "fn" && f.Name != "reduce" {
			return f.Passing(p.Name, spec.Pass[spec.Item]("item"))
		}
		if p.Name == "fn" {
			return f.Passing(p.Name, spec.Pass[spec.Raw]("value"), spec.Pass[spec.Item]("item"))
		}
	}
	return f
}
