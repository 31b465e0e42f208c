package stdlib

import (
	"context"
	"iter"
	"reflect"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func seqModule(host Host) declare.Module {
	return declare.Module{
		Name:    "seq",
		Section: declare.DataSection,
		Doc: "Works on arrays and iterators alike: `dbos.workflows{…}`, `csv.read`, any function that returns one item a call and nil at " +
			"the end. A function of this module that makes a sequence returns an iterator, which a `for` or another function of this " +
			"module can read once. It reads an item only when the next one is needed, so memory does not grow with the length.\n\nIn " +
			"place of a function that is called with each item, the name of a field can stand: `seq.count_by(workflows, \"status\")`. A " +
			"field that no item has is an error; in a condition, as in `filter`, only if the items have a field with a similar " +
			"name. An iterator with several " +
			"values at a time, such as `time.range`, has items that are arrays of them.",
		Funcs: append(seqSequences(host), seqResults(host)...),
	}
}

// The arguments of the functions. values returns the arguments of the chunk after the name.
type (
	seqItems struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
	}
	seqEach struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
		Fn    declare.Raw `arg:"fn" doc:"A function that is called with each item, or the name of a field."`
	}
	seqMaybe struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
		Fn    declare.Raw `arg:"fn,optional" doc:"Which items: a function that is called with each, or the name of a field. All when not given."`
	}
	seqBy struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
		By    declare.Raw `arg:"by" doc:"What to compare: a function that returns a value for an item, or the name of a field."`
	}
	seqMaybeBy struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
		By    declare.Raw `arg:"by,optional" doc:"What to compare: a function that returns a value for an item, or the name of a field. The item itself when not given."`
	}
	seqSorted struct {
		seqMaybeBy
		Desc bool `json:"desc" doc:"The largest first."`
	}
	seqCounted struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
		N     int64       `arg:"n" doc:"How many." min:"0"`
	}
	seqSized struct {
		Items declare.Raw `arg:"items" doc:"An array or an iterator."`
		Size  int64       `arg:"size" doc:"How many items an array has." min:"1"`
	}
	seqCalled struct {
		Items declare.Raw      `arg:"items" doc:"An array or an iterator."`
		Fn    declare.Callback `arg:"fn" doc:"A function that is called with each item."`
	}
	seqReduced struct {
		Items   declare.Raw      `arg:"items" doc:"An array or an iterator."`
		Fn      declare.Callback `arg:"fn" doc:"A function of the value so far and the next item, which returns the next value."`
		Initial declare.Raw      `arg:"initial" doc:"The value before the first item."`
	}
	seqTable struct {
		Table declare.Raw `arg:"table" doc:"A table or a record."`
	}
	seqLists struct {
		Lists []declare.Raw `arg:"lists,variadic" doc:"Arrays and iterators."`
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

// Types of results.
var (
	seqIterator = reflect.TypeFor[iter.Seq[any]]()          // made by a function
	seqItself   = reflect.TypeFor[iter.Seq[declare.Item]]() // of the items
	seqArrays   = reflect.TypeFor[iter.Seq[[]declare.Item]]()
	seqArray    = reflect.TypeFor[[]declare.Item]()
	seqItem     = reflect.TypeFor[declare.Item]()
	seqAny      = reflect.TypeFor[declare.Raw]()
	seqBool     = reflect.TypeFor[bool]()
	seqInteger  = reflect.TypeFor[int64]()
	seqNumber   = reflect.TypeFor[float64]()
	seqGroups   = reflect.TypeFor[map[string][]declare.Item]()
	seqCounts   = reflect.TypeFor[map[string]int64]()
)

// seqFn declares a function that the chunk implements. Its values pass unchanged. returned is the
// type of its result in the documentation.
func seqFn[A seqArguments](host Host, name, doc string, returned reflect.Type, result string) declare.Func {
	f := declare.Fn(name, doc, func(ctx context.Context, a A) (declare.Results, error) {
		results, err := host.Call(ctx, seqChunk, append([]any{name}, a.values()...)...)
		if err != nil {
			return nil, err
		}
		if len(results) == 0 {
			return declare.Results{nil}, nil
		}
		if returned == seqArray {
			array, err := results[0].Array()
			return declare.Results{array}, err
		}
		return declare.Results{results[0]}, nil
	}).Pure()
	f.Returns = []declare.Return{{Doc: result, Type: declare.ResultType(returned)}}
	return declareItemParam(f)
}

// declareItemParam declares that the function's callback receives one item.
func declareItemParam(f declare.Func) declare.Func {
	for _, p := range f.Params() {
		if p.Name == "by" || p.Name == "fn" && f.Name != "reduce" {
			return f.Passing(p.Name, declare.Pass[declare.Item]("item"))
		}
		if p.Name == "fn" {
			return f.Passing(p.Name, declare.Pass[declare.Raw]("value"), declare.Pass[declare.Item]("item"))
		}
	}
	return f
}
