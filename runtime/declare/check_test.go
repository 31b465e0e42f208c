package declare_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

type careless struct {
	First        string      `arg:"first,optional"`
	Second       string      `arg:"second" doc:"Second."`
	Bad          chan int    `json:"bad" doc:"No script type."`
	Same         string      `json:"same" doc:"One."`
	Other        string      `arg:"same,optional" doc:"Two."`
	Bound        int         `json:"bound" doc:"Bounded." min:"low"`
	Many         string      `arg:"many,variadic" doc:"Many."`
	Face         fmt.Scanner `json:"face" doc:"Has no class."`
	Inner        inner       `json:"inner" doc:"A table."`
	queueOptions `without:"queue"`
}

type inner struct {
	X string `json:"x"`
}

type bare struct {
	X string `json:"x"`
}

func TestCheckFindsWhatIsMissing(t *testing.T) {
	t.Parallel()
	bad := declare.Fn("bad", "", func(context.Context, careless) (bare, error) { return bare{}, nil }).Returning("a", "b")
	method := declare.Method("id", "Id.", func(context.Context, *row, declare.None) (string, error) { return "", nil })
	number := declare.Do("number", "Number.", func(context.Context, int) error { return nil }).Example("m.number()")
	got := declare.Check(
		declare.Module{Name: "m", Funcs: []declare.Func{bad, number, number, method}, Values: []declare.Value{{Name: "v"}},
			Classes: []*declare.Class{
				declare.RecordOf[int]("odd", "Odd."),
				declare.ClassOf[fmt.Stringer]("text", "Text.").With(declare.Get("id", "Id.", func(r *row) string { return r.ID })).Having(method, number),
			}},
		declare.Module{Name: "m", Doc: "Twice."},
	)
	for _, want := range []string{
		"m: has no doc", "m: a second module of this name", "m.bad: has no doc", "m.bad: has no example", "m.bad: has no kind: Pure, Reads, Changes or Outside declares it", "m.bad argument first: has no doc",
		`m.bad: argument "second" is required after the optional "first"`, "m.bad key bad: chan int is no script type",
		`m.bad: "same" is declared twice`, `m.bad: field Bound: min:"low" is no number`, `m.bad: argument "many" is variadic, but no slice`,
		"m.bad key face: fmt.Scanner has no class", "m.bad key inner key x: has no doc", "m.bad: documents result 2 of 1", `m.bad: queueOptions has no "queue" to leave out`,
		"bare: has no doc", "bare.x: has no doc", "m.number: a second member of this name", "m.number: argument type int is not a struct",
		"m.id: is a method; On sets its receiver", "m.v: has no doc", "odd: int is not a struct",
		"text:id: has no kind: Pure, Reads, Changes or Outside declares it",
		`text: field "id" belongs to *declare_test.row`, `text: method "id" belongs to *declare_test.row`, `text: "number" is no method`,
	} {
		if !slices.ContainsFunc(got, func(err error) bool { return err.Error() == want }) {
			t.Errorf("not found: %s", want)
		}
	}
	if t.Failed() {
		for _, err := range got {
			t.Log(err)
		}
	}
}

func TestRegistryNamesThings(t *testing.T) {
	t.Parallel()
	id := declare.Method("get", "Gets.", func(context.Context, *row, declare.None) (string, error) { return "", nil })
	reg := declare.NewRegistry(declare.Module{
		Name: "m", Doc: "M.", Funcs: []declare.Func{resume()}, Values: []declare.Value{{Name: "null", Doc: "Null.", Go: declare.Null}},
		Classes: []*declare.Class{declare.RecordOf[row]("row", "A row.").Having(id)},
	})
	for name, want := range map[string]string{
		"m": "*declare.Module", "m.resume": "*declare.Func", "m.null": "*declare.Value", "row": "*declare.Class", "row.id": "*declare.Field",
		"row:get": "*declare.Func", "row.get": "*declare.Func", "dbos.Error": "*declare.Class", "dbos.Error.code": "*declare.Field", "time:unix": "*declare.Func",
	} {
		topic, ok := reg.Topic(name)
		if got := fmt.Sprintf("%T", topic.Item); !ok || got != want {
			t.Errorf("%s is a %s", name, got)
		}
	}
	if _, ok := reg.Topic("m.zebra"); ok {
		t.Error("a thing that is not there is found")
	}
	if reg.Module("m") == nil || reg.Module("n") != nil {
		t.Error("modules are not found by name")
	}
}
