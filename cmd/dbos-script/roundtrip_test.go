package main

import (
	"bytes"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
)

// thereAndBack sends JSON texts through Lua and through a workflow's input.
const thereAndBack = `
local inputs = {}
for i, text in ipairs(args.raw) do
  inputs[i] = json.decode(text)
  print(json.encode(inputs[i]))
end
local ids = {}
for i, handle in ipairs(dbos.enqueue_many("q", "wf", inputs)) do ids[i] = handle.workflow_id end
local found = {}
for _, wf in ipairs(dbos.list_workflows{workflow_ids = ids, load_input = true}) do found[wf.id] = wf end
for _, id in ipairs(ids) do print(json.encode(found[id].input)) end
`

// anyValue is any JSON data: nulls, empty and deep arrays and objects, every number, any text.
func anyValue(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Int64Range(1<<53-3, 1<<53+3).AsAny(),
		rapid.Just[any](int64(1<<63 - 1)), rapid.Just[any](new(big.Int).Lsh(big.NewInt(3), 200)),
		rapid.Float64Range(-1e300, 1e300).AsAny(), anyText().AsAny(), rapid.Just[any]([]any{}), rapid.Just[any](map[string]any{}),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	nested := rapid.Deferred(func() *rapid.Generator[any] { return anyValue(depth - 1) })
	return rapid.OneOf(append(leaves,
		rapid.Map(rapid.SliceOfN(nested, 0, 4), func(list []any) any { return list }),
		rapid.Map(rapid.MapOfN(anyText(), nested, 0, 4), func(object map[string]any) any { return object }),
	)...)
}

// anyText has no zero character: neither a command line nor Postgres takes one.
func anyText() *rapid.Generator[string] {
	return rapid.Map(rapid.String(), func(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "0"), "?") })
}

func TestValuesComeBackExactly(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		pools := &client.Pools{} // all tries share the connections
		defer pools.Close()
		rapid.Check(t, func(t *rapid.T) {
			var texts []string
			for _, v := range rapid.SliceOfN(anyValue(5), 1, 40).Draw(t, "values") {
				encoded, err := codec.EncodeJSON(v, "")
				if err != nil {
					t.Fatal(err)
				}
				texts = append(texts, encoded)
			}
			var out, log bytes.Buffer
			a := &app{streams: streams{out: &out, err: &log}, pools: pools}
			a.options.database, a.options.schema = b.Config().DatabaseURL, b.Config().DatabaseSchema
			if err := a.runChunk(t.Context(), thereAndBack, texts); err != nil {
				t.Fatalf("%v\n%s", err, log.String())
			}
			want := strings.Join(append(texts, texts...), "\n") + "\n"
			if out.String() != want {
				t.Fatalf("sent\n%s\ngot\n%s", want, out.String())
			}
		})
	})
}
