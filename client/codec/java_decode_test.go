package codec

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"testing"
	"time"
)

// Values that a Java application has written read as plain ones.
func TestJavaValuesArePlain(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	for text, want := range map[string]any{
		`"text"`:                                 "text",
		`3`:                                      int64(3),
		`null`:                                   nil,
		`["java.lang.Long",1152921504606846977]`: int64(1152921504606846977),
		`["java.math.BigInteger",123456789012345678901234567890]`: func() any {
			n, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
			return n
		}(),
		`["java.time.Instant","2026-01-02T03:04:05.678Z"]`: at,
		`["java.time.LocalDate","2026-01-02"]`:             "2026-01-02",
		`["[B","AQI="]`:                                    []byte{1, 2},
		`["java.util.Date","2026-01-02T03:04:05.678Z"]`:    at,
		`["java.lang.Double","-Infinity"]`:                 math.Inf(-1),
		`["[D",[0.5,"Infinity"]]`:                          []any{0.5, math.Inf(1)},
		`["[Ljava.lang.String;",["NaN"]]`:                  []any{"NaN"},
		`["com.shop.Color","RED"]`:                         "RED",
		`["java.util.ArrayList",["a","b"]]`:                []any{"a", "b"},
		`["java.util.ArrayList",[]]`:                       []any{},
		`["java.util.HashSet",[["[B","AQ=="],2]]`:          []any{[]byte{1}, int64(2)},
		`["[Ljava.lang.Object;",["one",["java.util.ArrayList",[["java.lang.Long",1],null]]]]`: []any{"one", []any{int64(1), nil}},
		`{"@class":"com.shop.Order","id":"o-1","lines":["java.util.ArrayList",[{"@class":"com.shop.Line","sku":"a"}]]}`: map[string]any{
			"id": "o-1", "lines": []any{map[string]any{"sku": "a"}},
		},
	} {
		if got := (Encoded{Text: text, Codec: Jackson}).Decode(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %#v, not %#v", text, got, want)
		}
	}
	// A context names no serialization.
	if got := DecodeContext(`{"@class":"java.util.LinkedHashMap","shop":"own"}`); !reflect.DeepEqual(got, map[string]any{"shop": "own"}) {
		t.Errorf("the context of a Java schedule reads as %#v", got)
	}
}

// A value that is written for Java reads back as it was.
func TestJavaValuesSurvive(t *testing.T) {
	t.Parallel()
	value := map[string]any{"list": []any{int64(1), []any{int64(1) << 40, nil}}, "text": "ü", "exact": json.Number("1e400"), "none": nil}
	text, err := EncodeJackson(value)
	if err != nil {
		t.Fatal(err)
	}
	if got := (Encoded{Text: text, Codec: Jackson}).Decode(); !reflect.DeepEqual(got, value) {
		t.Errorf("%s reads as %#v", text, got)
	}
}

// A map can name the class of the application that Java reads it as.
func TestAMapNamesItsJavaClass(t *testing.T) {
	t.Parallel()
	text, err := EncodeJackson(map[string]any{"@class": "com.shop.Order", "lines": []any{map[string]any{"sku": "a"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"@class":"com.shop.Order","lines":["java.util.ArrayList",[{"@class":"java.util.LinkedHashMap","sku":"a"}]]}`
	if text != want {
		t.Errorf("the map is written as %s, not as %s", text, want)
	}
}

// The error of a Java application has its class and its message.
func TestJavaErrorsHaveTheirClass(t *testing.T) {
	t.Parallel()
	text := `{"@class":"dev.dbos.transact.json.WireThrowable","v":1,"type":"java.lang.IllegalStateException","message":"oh dear",` +
		`"stackPreview":"at Shop.sell","base64bytes":"rO0"}`
	e := DecodeError(text, Jackson, false)
	frames := `{"@class":"dev.dbos.transact.json.WireThrowable","v":1,"type":"Strange","message":"oh","causeType":"java.io.IOException",` +
		`"stackPreview":["java.util.ImmutableCollections$ListN",["at A.a","at B.b"]],"base64bytes":"rO0"}`
	caused := DecodeError(frames, Jackson, false)
	if caused.Stack != "at A.a\nat B.b" || !reflect.DeepEqual(caused.Data, map[string]any{"causeType": "java.io.IOException"}) {
		t.Errorf("the error with frames is %+v", caused)
	}
	if e.Name != "java.lang.IllegalStateException" || e.Message != "oh dear" || e.Stack != "at Shop.sell" || e.Data != nil {
		t.Errorf("the error is %+v", e)
	}
}
