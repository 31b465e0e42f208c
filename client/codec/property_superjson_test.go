package codec

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A jsValue is a value of JavaScript as superjson writes it, and what we make of it.
type jsValue struct {
	json  any            // the part that JSON can hold
	kind  string         // the type that JSON cannot tell, "" for none
	below map[string]any // the types of what is inside, by path
	want  any
}

// note is what the annotations say of a value that has a type of its own.
func (v jsValue) note() []any {
	if len(v.below) == 0 {
		return []any{v.kind}
	}
	return []any{v.kind, v.below}
}

// text is the whole record that the TypeScript SDK stores.
func (v jsValue) text(t *rapid.T) string {
	values := any(v.below)
	if v.kind != "" {
		values = v.note()
	}
	return super(plain(t, v.json), plain(t, map[string]any{"values": values, "v": 1}))
}

func plain(t *rapid.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// jsValues are all kinds that superjson knows, nested.
func jsValues(depth int) *rapid.Generator[jsValue] {
	kinds := []*rapid.Generator[jsValue]{rapid.Custom(jsPlain), rapid.Custom(jsDate), rapid.Custom(jsBigint), rapid.SampledFrom([]jsValue{
		{kind: "undefined"}, {json: "Infinity", kind: "number", want: math.Inf(1)}, {json: "/a.b/g", kind: "regexp", want: "/a.b/g"},
	})}
	if depth > 0 {
		kinds = append(kinds,
			rapid.Custom(func(t *rapid.T) jsValue { return jsArray(t, depth-1, "") }),
			rapid.Custom(func(t *rapid.T) jsValue { return jsArray(t, depth-1, "set") }),
			rapid.Custom(func(t *rapid.T) jsValue { return jsObject(t, depth-1) }),
			rapid.Custom(func(t *rapid.T) jsValue { return jsMapped(t, depth-1) }))
	}
	return rapid.OneOf(kinds...)
}

func jsPlain(t *rapid.T) jsValue {
	v := rapid.OneOf(rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Int64().AsAny()).Draw(t, "plain")
	return jsValue{json: v, want: v}
}

func jsDate(t *rapid.T) jsValue {
	at := time.UnixMilli(rapid.Int64Range(-62135596800000, 253402300799999).Draw(t, "date")).UTC()
	return jsValue{json: at.Format("2006-01-02T15:04:05.000Z"), kind: "Date", want: at}
}

func jsBigint(t *rapid.T) jsValue {
	n := rapid.OneOf(rapid.Custom(bigOutsideInt64), rapid.Map(rapid.Int64(), big.NewInt)).Draw(t, "bigint")
	v := jsValue{json: n.String(), kind: "bigint", want: n}
	if n.IsInt64() {
		v.want = n.Int64()
	}
	return v
}

// jsArray is an array, or a set.
func jsArray(t *rapid.T, depth int, kind string) jsValue {
	items := rapid.SliceOfN(jsValues(depth), 0, 4).Draw(t, "items")
	v := jsValue{json: []any{}, kind: kind, below: map[string]any{}, want: []any{}}
	for i, item := range items {
		v.json, v.want = append(v.json.([]any), item.json), append(v.want.([]any), item.want)
		v.holds(strconv.Itoa(i), item)
	}
	return v
}

func jsObject(t *rapid.T, depth int) jsValue {
	members := rapid.MapOfN(rapid.String(), jsValues(depth), 0, 4).Draw(t, "members")
	written, want := map[string]any{}, map[string]any{}
	v := jsValue{json: written, below: map[string]any{}, want: want}
	for name, member := range members {
		written[name], want[name] = member.json, member.want
		v.holds(jsPath(name), member)
	}
	return v
}

func jsMapped(t *rapid.T, depth int) jsValue {
	rows := rapid.MapOfN(rapid.String(), jsValues(depth), 0, 4).Draw(t, "rows")
	written, want := []any{}, map[string]any{}
	v := jsValue{kind: "map", below: map[string]any{}, want: want}
	for name, value := range rows {
		v.holds(fmt.Sprintf("%d.1", len(written)), value)
		written, want[name] = append(written, []any{name, value.json}), value.want
	}
	v.json = written
	return v
}

// holds notes the types of a value that stands at a path. Below one without a type of its own, the
// paths go on.
func (v jsValue) holds(path string, inner jsValue) {
	if inner.kind != "" {
		v.below[path] = inner.note()
		return
	}
	for deeper, note := range inner.below {
		v.below[path+"."+deeper] = note
	}
}

func jsPath(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, `\`, `\\`), ".", `\.`)
}

func TestSuperJSONGivesBackEveryValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := jsValues(3).Draw(t, "value")
		text := v.text(t)
		for _, codec := range []string{SuperJSON, ""} {
			if got := (Encoded{Text: text, Codec: codec}).Decode(); !reflect.DeepEqual(got, v.want) {
				t.Fatalf("%s: got %#v, want %#v", text, got, v.want)
			}
		}
	})
}

// A text that we write is read as the value that it was: times as times, wherever they are.
func TestWrittenSuperJSONRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		date := rapid.Map(rapid.Custom(jsDate), func(v jsValue) any { return v.want })
		value := values(3, date).Draw(t, "value")
		text, err := EncodeSuperJSON(value)
		if err != nil {
			t.Fatal(err)
		}
		checkRead(t, Encoded{Text: text, Codec: SuperJSON}, value)
	})
}
