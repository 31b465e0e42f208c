package codec

import (
	"encoding/json"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
)

type order struct {
	A string
	N int
}

func TestEncodeWritesTheSDKsVectors(t *testing.T) {
	t.Parallel()
	var noPointer *order
	var noSlice []string
	var noMap map[string]any
	tests := []struct {
		value          any
		dbos, portable string
	}{
		{order{"x", 3}, "eyJBIjoieCIsIk4iOjN9", `{"A":"x","N":3}`},
		{"m", "Im0i", `"m"`},
		{map[string]any{"a": 1}, "eyJhIjoxfQ==", `{"a":1}`},
		{nil, "__DBOS_NIL", "null"},
		{noPointer, "__DBOS_NIL", "null"},
		{noSlice, "__DBOS_NIL", "null"},
		{noMap, "__DBOS_NIL", "null"},
		{[]any{}, "W10=", "[]"},
	}
	for _, test := range tests {
		checkEncode(t, DBOSJSON, test.value, test.dbos)
		checkEncode(t, PortableJSON, test.value, test.portable)
	}
}

func checkEncode(t *testing.T, codec string, value any, want string) {
	t.Helper()
	got, err := Encode(codec, value)
	if err != nil || got != want {
		t.Errorf("%s of %#v: got %s (%v), want %s", codec, value, got, err, want)
	}
}

func TestEncodeWritesEveryKindOfValue(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_900_000, time.FixedZone("", 3600))
	var noBig *big.Int
	tests := []struct {
		value any
		want  string
	}{
		{true, "true"},
		{int64(-7), "-7"},
		{7, "7"},
		{uint8(200), "200"},
		{new(big.Int).Lsh(big.NewInt(1), 70), "1180591620717411303424"},
		{[]any{noBig, []byte(nil), []any(nil), map[string]any(nil)}, "[null,null,null,null]"},
		{json.Number("1e400"), "1e400"},
		{json.RawMessage(`{"a": 1}`), `{"a":1}`},
		{1.5, "1.5"},
		{1e20, "100000000000000000000"},
		{1e21, "1e+21"},
		{1e-6, "0.000001"},
		{-1.5e-12, "-1.5e-12"},
		{1.5e-7, "1.5e-7"},
		{math.Copysign(0, -1), "-0"},
		{at, `"2026-01-02T02:04:05.678Z"`},
		{[]byte("hi"), `"aGk="`},
		{"<a&b>\"\\\n\r\t\x01\u2028é", "\"<a&b>\\\"\\\\\\n\\r\\t\\u0001\u2028é\""},
		{map[string]string{"b": "<", "a": ">"}, `{"a":">","b":"<"}`},
		{Opaque{Pickle, "raw", "why"}, `{"codec":"py_pickle","raw":"raw","undecodable":"why"}`},
		{[]Opaque{{Pickle, "raw", "why"}}, `[{"codec":"py_pickle","raw":"raw","undecodable":"why"}]`},
		{[]PortableWorkflowArgs{{}}, `[{"namedArgs":{},"positionalArgs":[]}]`},
	}
	for _, test := range tests {
		checkEncode(t, PortableJSON, test.value, test.want)
	}
}

func TestEncodeInputChoosesTheSerialisation(t *testing.T) {
	t.Parallel()
	args := PortableWorkflowArgs{PositionalArgs: []any{int64(1), "x"}, NamedArgs: map[string]any{"k": nil}}
	var noArgs *PortableWorkflowArgs
	tests := []struct {
		input            any
		wantText, wantID string
	}{
		{args, `{"namedArgs":{"k":null},"positionalArgs":[1,"x"]}`, PortableJSON},
		{&args, `{"namedArgs":{"k":null},"positionalArgs":[1,"x"]}`, PortableJSON},
		{PortableWorkflowArgs{}, `{"namedArgs":{},"positionalArgs":[]}`, PortableJSON},
		{noArgs, `{"namedArgs":{},"positionalArgs":[]}`, PortableJSON},
		{nil, "__DBOS_NIL", DBOSJSON},
		{order{"x", 3}, "eyJBIjoieCIsIk4iOjN9", DBOSJSON},
	}
	for _, test := range tests {
		text, codec, err := EncodeInput(test.input)
		if err != nil || text != test.wantText || codec != test.wantID {
			t.Errorf("%#v: got %s as %s (%v)", test.input, text, codec, err)
		}
	}
}

func TestEncodeRefusesSerialisationsItOnlyReads(t *testing.T) {
	t.Parallel()
	for _, codec := range []string{SuperJSON, Pickle, Gob, "mine", ""} {
		if _, err := Encode(codec, 1); err == nil || !strings.Contains(err.Error(), "only DBOS_JSON and portable_json are written") {
			t.Errorf("%q: %v", codec, err)
		}
	}
}

type node struct {
	Price float64 `json:"price"`
	Next  *node   `json:"next,omitempty"`
	Extra any
	inner func()
}

type withNode struct {
	node
	Skipped func() `json:"-"`
}

func TestEncodeNamesThePlaceOfWhatJSONCannotHold(t *testing.T) {
	t.Parallel()
	self := map[string]any{"a": []any{}}
	self["a"] = []any{self}
	ring := &node{inner: func() {}}
	ring.Next = &node{Next: ring}
	var deep any = int64(1)
	for range 10_001 {
		deep = []any{deep}
	}
	price := map[string]any{"price": math.NaN()}
	tests := []struct {
		value any
		want  string
	}{
		{math.NaN(), "input: NaN cannot be stored as JSON"},
		{map[string]any{"items": []any{1, 2, 3, price}}, "input.items[3].price: NaN cannot be stored as JSON"},
		{[]any{math.Inf(1)}, "input[0]: Infinity cannot be stored as JSON"},
		{[]float64{0, math.Inf(-1)}, "input[1]: -Infinity cannot be stored as JSON"},
		{[2]float32{0, float32(math.NaN())}, "input[1]: NaN cannot be stored as JSON"},
		{map[string]any{"a key": func() {}}, `input["a key"]: a function cannot be stored as JSON`},
		{map[string]any{"c": make(chan int)}, `input.c: a channel cannot be stored as JSON`},
		{[]any{complex(1, 2)}, `input[0]: a complex number cannot be stored as JSON`},
		{self, "input.a[0]: the value contains itself"},
		{ring, "input.next.next: the value contains itself"},
		{deep, "nested more than 10000 levels deep"},
		{&node{Next: &node{Price: math.NaN()}}, "input.next.price: NaN cannot be stored as JSON"},
		{withNode{node: node{Extra: math.NaN()}}, "input.Extra: NaN cannot be stored as JSON"},
		{PortableWorkflowArgs{PositionalArgs: []any{math.NaN()}}, "input.positionalArgs[0]: NaN cannot be stored as JSON"},
		{map[string]any{"s": "a\xff"}, "input.s: text that is not UTF-8 cannot be stored as JSON"},
		{map[string]any{"a\xff": 1}, `input: the key "a\xff" is not UTF-8 and cannot be stored as JSON`},
		{[]any{json.Number("0x1")}, `input[0]: "0x1" is not a JSON number`},
		{[]any{json.RawMessage("{")}, `input: json: error calling MarshalJSON`},
	}
	for _, test := range tests {
		_, _, err := EncodeInput(test.value)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}
