package codec

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"
)

type line struct {
	SKU   string
	Count int
	Price *float64
}

type cart struct {
	Name    string
	Lines   []line
	ByID    map[int]line
	Tags    map[string]bool
	Any     any
	At      time.Time
	Big     *big.Int
	Pair    [2]uint8
	Raw     []byte
	Max     uint64
	Min     int64
	Nothing any
	Parent  *cart
}

type secret struct{ word string }

func (s secret) GobEncode() ([]byte, error) { return []byte(s.word), nil }
func (s *secret) GobDecode(b []byte) error  { s.word = string(b); return nil }

// gobbed is base64 of a gob stream that holds v as an interface value, as the
// Go SDK writes it.
func gobbed(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&v); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func registerGobTypes() {
	gob.Register(cart{})
	gob.Register([]any{})
	gob.Register(map[string]any{})
	gob.Register(time.Time{})
	gob.Register(secret{})
	gob.RegisterName("*dbos.DBOSError", &dbosError{})
	gob.RegisterName("shop.Refused", refused(""))
	gob.RegisterName("*shop.StockError", &stockError{})
}

func TestGobValuesAreReadWithoutTheirTypes(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.FixedZone("", 7200))
	price := 2.5
	value := cart{
		Name: "c", Lines: []line{{"a", -1, &price}, {}}, ByID: map[int]line{7: {"b", 300, nil}},
		Tags: map[string]bool{"x": true}, Any: []any{1, "y", nil, map[string]any{"k": 1.5}}, At: at,
		Big: new(big.Int).Lsh(big.NewInt(-1), 80), Pair: [2]uint8{1, 2}, Raw: []byte("hi"),
		Max: math.MaxUint64, Min: math.MinInt64, Parent: &cart{Name: "p", Any: "word"},
	}
	want := map[string]any{
		"Name": "c", "Lines": []any{map[string]any{"SKU": "a", "Count": int64(-1), "Price": 2.5}, map[string]any{}},
		"ByID": []any{[]any{int64(7), map[string]any{"SKU": "b", "Count": int64(300)}}},
		"Tags": map[string]any{"x": true}, "Any": []any{int64(1), "y", nil, map[string]any{"k": 1.5}},
		"At": at.UTC(), "Big": bigInt(t, "-1208925819614629174706176"), "Pair": []any{int64(1), int64(2)},
		"Raw": []byte("hi"), "Max": bigInt(t, "18446744073709551615"), "Min": int64(math.MinInt64),
		"Parent": map[string]any{"Name": "p", "Any": "word", "Pair": []any{int64(0), int64(0)}},
	}
	got, ok := Encoded{Text: gobbed(t, value), Codec: Gob}.Decode().(map[string]any)
	if !ok {
		t.Fatal(Encoded{Text: gobbed(t, value), Codec: Gob}.Decode())
	}
	delete(got["Parent"].(map[string]any), "At") // gob writes a zero time, which encodes itself
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
}

func TestGobScalars(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	for _, value := range []any{"text", int64(5), 1.5, true, []byte("hi"), time.UnixMilli(5).UTC()} {
		if got := (Encoded{Text: gobbed(t, value), Codec: Gob}).Decode(); !reflect.DeepEqual(got, value) {
			t.Errorf("got %#v, want %#v", got, value)
		}
	}
	if got := (Encoded{Text: NilMarker, Codec: Gob}).Decode(); got != nil {
		t.Errorf("nil marker: got %#v", got)
	}
}

func TestGobWithoutAnInterface(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(line{"a", 2, nil}); err != nil {
		t.Fatal(err)
	}
	got := Encoded{Text: base64.StdEncoding.EncodeToString(b.Bytes()), Codec: Gob}.Decode()
	if want := map[string]any{"SKU": "a", "Count": int64(2)}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
}

func TestGobThatCannotBeReadIsOpaque(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	tests := []struct{ text, want string }{
		{gobbed(t, secret{"x"}), "the Go type secret encodes itself in a way of its own"},
		{gobbed(t, complex(1, 2)), "gob type 7 is not described"},
		{"!", "not base64"},
		{"", ""},
		{"AAAA", "not a gob stream"},
		{base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x7f\x10", 50))), "not a gob stream"},
	}
	for _, test := range tests {
		value := Encoded{Text: test.text, Codec: Gob}.Decode()
		opaque, ok := value.(Opaque)
		if test.text != "" && (!ok || !strings.Contains(opaque.Reason, test.want)) {
			t.Errorf("%q: got %#v, want %s", test.text, value, test.want)
		}
	}
}

// Every prefix of a stream, and every stream with one byte changed, is either
// read or refused.
func TestDamagedGobsAreRefusedInPeace(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	data, _ := base64.StdEncoding.DecodeString(gobbed(t, cart{Lines: []line{{SKU: "a"}}, Any: map[string]any{"k": 1.5}}))
	for i := range data {
		damaged := bytes.Clone(data)
		damaged[i] ^= 0xff
		for _, stream := range [][]byte{data[:i], damaged} {
			e := Encoded{Text: base64.StdEncoding.EncodeToString(stream), Codec: Gob}
			if _, err := EncodeJSON(e.Decode(), ""); err != nil && !strings.Contains(err.Error(), "cannot be stored") {
				t.Errorf("byte %d: %v", i, err)
			}
		}
	}
}
