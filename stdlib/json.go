package stdlib

import (
	"context"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

func jsonModule() declare.Module {
	return declare.Module{
		Name:    "json",
		Section: declare.DataSection,
		Guesses: map[string]string{"parse": "decode", "loads": "decode", "unmarshal": "decode", "stringify": "encode", "dumps": "encode", "marshal": "encode"},
		Doc: "Reads and writes JSON without losing anything: `json.null` keeps a null in its place, arrays stay arrays even when " +
			"empty, and an integer beyond 2^53 is an exact integer that prints and encodes digit for digit.",
		Funcs:  []declare.Func{jsonEncode(), jsonDecode(), jsonArray(), jsonObject()},
		Values: []declare.Value{{Name: "null", Doc: "JSON's null, where a nil would drop the key. It is true in a condition: compare with it.", Go: declare.Null}},
	}
}

func jsonEncode() declare.Func {
	type args struct {
		Value  declare.Raw `arg:"value" doc:"Any JSON data; records and times too."`
		Indent *int        `json:"indent" doc:"How many spaces a level is indented by; everything on one line when not given." min:"0" max:"16"`
	}
	return declare.Fn("encode", "Writes a value as JSON.",
		func(_ context.Context, a args) (string, error) {
			indent := ""
			if a.Indent != nil {
				indent = strings.Repeat(" ", *a.Indent)
			}
			return a.Value.JSON(indent)
		}).Pure().
		Returning("the JSON text").
		Notes("An empty table is an object: `json.array{}` makes an empty array. A function, a cycle or a NaN is an error that names its path. Records of the database are always written, as `emit` shows them: `\"NaN\"`, `\"Infinity\"`, and `\\xff` for a byte that is not UTF-8.").
		Example(`print(json.encode({order = 17, items = json.array{}}, {indent = 2}))`)
}

func jsonDecode() declare.Func {
	type args struct {
		Text string `arg:"text" doc:"JSON text."`
	}
	return declare.Fn("decode", "Reads a JSON text.",
		func(ctx context.Context, a args) (any, error) {
			if err := declare.Reserve(ctx, codec.DecodedSize(a.Text)); err != nil {
				return nil, err
			}
			return codec.Source{Text: a.Text, Wrong: func(err error) error { return declare.BadArgument("text", "%v", err) }}, nil
		}).Pure().
		Returning("the value; `json.null` for null").
		Example(`print(json.decode('{"items": [1, 2, 3]}').items[2])`)
}

func jsonArray() declare.Func {
	type args struct {
		Table declare.Raw `arg:"table,optional" doc:"A table with the keys 1, 2, …; an empty one when not given."`
	}
	return declare.Fn("array", "Marks a table as a JSON array, so that it stays one when it is empty.",
		func(_ context.Context, a args) (any, error) {
			if a.Table == nil {
				return []any{}, nil
			}
			return a.Table.Array()
		}).Pure().
		Returning("the same table").
		Example(`print(json.encode(json.array{}))`)
}

func jsonObject() declare.Func {
	type args struct {
		Table declare.Raw `arg:"table,optional" doc:"A table; an empty one when not given."`
	}
	return declare.Fn("object", "Marks a table as a JSON object, whatever keys it has.",
		func(_ context.Context, a args) (any, error) {
			if a.Table == nil {
				return map[string]any{}, nil
			}
			return a.Table.Object()
		}).Pure().
		Returning("the same table").
		Example(`print(json.encode(json.object{"one", "two"}))`)
}
