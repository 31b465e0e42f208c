package codec

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"
)

func dbosJSON(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestDecodeChoosesTheDecoder(t *testing.T) {
	t.Parallel()
	object := map[string]any{"a": int64(1)}
	tests := []struct {
		encoded Encoded
		want    any
	}{
		{Encoded{Null: true}, nil},
		{Encoded{Text: "ignored", Codec: DBOSJSON, Null: true}, nil},
		{Encoded{Codec: DBOSJSON}, nil},
		{Encoded{Codec: PortableJSON}, nil},
		{Encoded{Text: "__DBOS_NIL", Codec: DBOSJSON}, nil},
		{Encoded{Text: "__DBOS_NIL"}, nil},
		{Encoded{Text: "eyJhIjoxfQ==", Codec: DBOSJSON}, object},
		{Encoded{Text: "eyJhIjoxfQ=="}, object},
		{Encoded{Text: `{"a":1}`, Codec: PortableJSON}, object},
		{Encoded{Text: `{"a":1}`}, object},
		{Encoded{Text: `null`, Codec: PortableJSON}, nil},
		{Encoded{Text: `null`}, nil},
		{Encoded{Text: `true`}, true},
		{Encoded{Text: `1234`}, int64(1234)},
		{Encoded{Text: `-1.5`}, -1.5},
		{Encoded{Text: ` [1]`}, []any{int64(1)}},
		{Encoded{Text: super(`7`, ``)}, int64(7)},
		{Encoded{Text: super(`7`, ``), Codec: PortableJSON}, map[string]any{"json": int64(7), "__dbos_serializer": "superjson"}},
		{Encoded{Text: pickled("\x80\x04K\x07.")}, int64(7)},
		{Encoded{Text: "hello"}, Opaque{"", "hello", "it is neither JSON nor base64 of JSON, and its row names no serialization"}},
		{Encoded{Text: "eyJuIjozfQ==", Codec: PortableJSON}, map[string]any{"n": int64(3)}}, // of a child of a portable workflow in Go
		{Encoded{Text: "__DBOS_NIL", Codec: PortableJSON}, nil},
		{Encoded{Text: gobbed(t, map[string]any{"n": 3}), Codec: PortableJSON}, map[string]any{"n": int64(3)}},
		{Encoded{Text: gobbed(t, map[string]any{"n": 3}), Codec: DBOSJSON}, map[string]any{"n": int64(3)}},
		{Encoded{Text: "x", Codec: "mine"}, Opaque{"mine", "x", `no decoder for the serialization "mine"`}},
		{Encoded{Text: "e30", Codec: DBOSJSON}, Opaque{DBOSJSON, "e30", "not base64: illegal base64 data at input byte 0"}},
		{Encoded{Text: "{", Codec: PortableJSON}, Opaque{PortableJSON, "{", "invalid JSON at line 1, column 2: expected a member name in double quotes, found end of text"}},
		{Encoded{Text: dbosJSON("{}x"), Codec: DBOSJSON}, Opaque{DBOSJSON, dbosJSON("{}x"), "invalid JSON at line 1, column 3: unexpected 'x' after the value"}},
	}
	for _, test := range tests {
		if got := test.encoded.Decode(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%+v: got %#v, want %#v", test.encoded, got, test.want)
		}
	}
}

func TestDecodeContextReadsEverySDKs(t *testing.T) {
	t.Parallel()
	want := map[string]any{"hello": int64(1)}
	for _, text := range []string{
		`{"hello":1}`, super(`{"hello":1}`, ``), pickled("\x80\x04}\x8c\x05helloK\x01s."), dbosJSON(`{"hello":1}`),
	} {
		if got := DecodeContext(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v", text, got)
		}
	}
	if DecodeContext("") != nil || DecodeContext("null") != nil {
		t.Error("no context is not nil")
	}
	if opaque, ok := DecodeContext("plain words").(Opaque); !ok || opaque.Raw != "plain words" {
		t.Error("other text is not opaque")
	}
}

func TestIsStreamClosedKnowsBothSpellings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"__DBOS_STREAM_CLOSED__": true, `"__DBOS_STREAM_CLOSED__"`: true,
		"": false, "x__DBOS_STREAM_CLOSED__": false, `"__DBOS_STREAM_CLOSED__`: false,
	} {
		if IsStreamClosed(text) != want {
			t.Errorf("%s: got %t", text, !want)
		}
	}
}

func TestDecodeIntoTypes(t *testing.T) {
	t.Parallel()
	type result struct {
		At    time.Time
		N     int
		Raw   []byte
		Inner *order
	}
	stamp := super(`{"At":"2026-01-02T03:04:05.678Z","N":3,"Inner":{"A":"x"},"Raw":[1,2]}`,
		`{"values":{"At":["Date"],"Raw":[["custom","Buffer"]]}}`)
	got := decodeInto[result](t, Encoded{Text: stamp, Codec: SuperJSON})
	want := result{time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC), 3, []byte{1, 2}, &order{A: "x"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := decodeInto[time.Time](t, Encoded{Text: super(`"1970-01-01T00:00:00.005Z"`, `{"values":["Date"]}`), Codec: SuperJSON}); got != millis(5) {
		t.Errorf("time: %v", got)
	}
	if got := decodeInto[float64](t, Encoded{Text: super(`"NaN"`, `{"values":["number"]}`), Codec: SuperJSON}); !math.IsNaN(got) {
		t.Errorf("NaN: %v", got)
	}
	if got := decodeInto[float64](t, Encoded{Text: dbosJSON("3"), Codec: DBOSJSON}); got != 3 {
		t.Errorf("float: %v", got)
	}
	if got := decodeInto[uint64](t, Encoded{Text: "18446744073709551615", Codec: PortableJSON}); got != math.MaxUint64 {
		t.Errorf("uint64: %v", got)
	}
	if got := decodeInto[json.RawMessage](t, Encoded{Text: `{"b":1,"a":2}`, Codec: PortableJSON}); string(got) != `{"a":2,"b":1}` {
		t.Errorf("raw: %s", got)
	}
}

func decodeInto[T any](t *testing.T, e Encoded) (value T) {
	t.Helper()
	if err := e.DecodeInto(&value); err != nil {
		t.Errorf("%s: %v", e.Text, err)
	}
	return value
}

func TestDecodeIntoAnyIsExact(t *testing.T) {
	t.Parallel()
	const text = `{"id":9007199254740993,"more":[{"big":9223372036854775808,"f":1.5,"s":"x"}]}`
	big := new(big.Int).Lsh(big.NewInt(1), 63)
	more := []any{map[string]any{"big": big, "f": 1.5, "s": "x"}}
	want := map[string]any{"id": int64(9007199254740993), "more": more}
	e := Encoded{Text: text, Codec: PortableJSON}
	if got := decodeInto[any](t, e); !reflect.DeepEqual(got, want) {
		t.Errorf("any: %#v", got)
	}
	if got := decodeInto[map[string]any](t, e); !reflect.DeepEqual(got, want) {
		t.Errorf("map: %#v", got)
	}
	type loose struct {
		ID   any `json:"id"`
		More []map[string]any
	}
	if got := decodeInto[loose](t, e); !reflect.DeepEqual(got, loose{int64(9007199254740993), []map[string]any{more[0].(map[string]any)}}) {
		t.Errorf("struct: %#v", got)
	}
	type nested struct{ P *struct{ M map[string]loose } }
	got := decodeInto[nested](t, Encoded{Text: `{"P":{"M":{"k":{"id":9007199254740993}}}}`, Codec: PortableJSON})
	if got.P.M["k"].ID != int64(9007199254740993) {
		t.Errorf("nested: %#v", got.P.M)
	}
}

func TestDecodeIntoSetsTheZeroValueForNothing(t *testing.T) {
	t.Parallel()
	for _, e := range []Encoded{{Null: true}, {}, {Text: "null", Codec: PortableJSON}, {Text: NilMarker, Codec: DBOSJSON}} {
		got := order{"old", 1}
		if err := e.DecodeInto(&got); err != nil || got != (order{}) {
			t.Errorf("%+v: %+v (%v)", e, got, err)
		}
	}
}

func TestDecodeIntoReportsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	unknown := Encoded{Text: "x", Codec: "mine"}
	var undecodable *UndecodableError
	if err := unknown.DecodeInto(new(order)); !errors.As(err, &undecodable) || undecodable.Value.Raw != "x" {
		t.Errorf("unknown codec: %v", err)
	}
	if got := decodeInto[any](t, unknown); got != (Opaque{"mine", "x", `no decoder for the serialization "mine"`}) {
		t.Errorf("unknown codec into any: %v", got)
	}
	number := Encoded{Text: "1", Codec: PortableJSON}
	for _, bad := range []any{order{}, nil, (*order)(nil)} {
		if err := number.DecodeInto(bad); err == nil || !strings.Contains(err.Error(), "a non-nil pointer is needed") {
			t.Errorf("%T: %v", bad, err)
		}
	}
	if err := number.DecodeInto(new(string)); err == nil {
		t.Error("a number went into a string")
	}
}

func TestOpaqueSaysSo(t *testing.T) {
	t.Parallel()
	o := Opaque{Codec: "", Raw: `a"b`, Reason: "why"}
	if got := o.String(); got != "undecodable unnamed value: why" {
		t.Errorf("String: %s", got)
	}
	if got := (&UndecodableError{Opaque{Codec: "mine", Reason: "why"}}).Error(); got != "undecodable mine value: why" {
		t.Errorf("Error: %s", got)
	}
	data, err := json.Marshal(o)
	if err != nil || string(data) != `{"codec":"","raw":"a\"b","undecodable":"why"}` {
		t.Errorf("MarshalJSON: %s (%v)", data, err)
	}
}
