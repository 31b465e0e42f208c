package codec

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// values generates the values that DecodeJSON gives. A float without a
// fraction is not among them below 1e21: JSON cannot tell it from an integer.
func values(depth int, more ...*rapid.Generator[any]) *rapid.Generator[any] {
	kinds := append(more[:len(more):len(more)],
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.Int64().AsAny(),
		rapid.Custom(bigOutsideInt64).AsAny(),
		rapid.Custom(fraction).AsAny(),
		rapid.String().AsAny(),
	)
	if depth > 0 {
		kinds = append(kinds,
			rapid.SliceOfN(values(depth-1, more...), 0, 5).AsAny(),
			rapid.MapOfN(rapid.String(), values(depth-1, more...), 0, 5).AsAny(),
		)
	}
	return rapid.OneOf(kinds...)
}

func bigOutsideInt64(t *rapid.T) *big.Int {
	n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 9, 40).Draw(t, "magnitude"))
	n.SetBit(n, 64, 1)
	if rapid.Bool().Draw(t, "negative") {
		n.Neg(n)
	}
	return n
}

func fraction(t *rapid.T) float64 {
	f := rapid.Float64().Draw(t, "float")
	if math.IsNaN(f) || math.IsInf(f, 0) || f == math.Trunc(f) && math.Abs(f) < 1e21 {
		return 0.5
	}
	return f
}

func TestJSONRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := values(4).Draw(t, "value")
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent")
		text, err := EncodeJSON(value, indent)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid([]byte(text)) {
			t.Fatalf("encoding/json refuses %s", text)
		}
		if got, err := DecodeJSON(text); err != nil || !reflect.DeepEqual(got, value) {
			t.Fatalf("%s: got %#v (%v)", text, got, err)
		}
	})
}

func TestEncodedValuesRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := values(3).Draw(t, "value")
		for _, codec := range []string{DBOSJSON, PortableJSON} {
			text, err := Encode(codec, value)
			if err != nil {
				t.Fatal(err)
			}
			checkRead(t, Encoded{Text: text, Codec: codec}, value)
			checkRead(t, Encoded{Text: text}, value)
		}
	})
}

func checkRead(t *rapid.T, e Encoded, want any) {
	if got := e.Decode(); !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v: got %#v, want %#v", e, got, want)
	}
	var into any
	if err := e.DecodeInto(&into); err != nil || !reflect.DeepEqual(into, want) {
		t.Fatalf("%+v: into %#v (%v)", e, into, err)
	}
}

func TestInputsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		args := PortableWorkflowArgs{
			PositionalArgs: rapid.SliceOfN(values(2), 0, 3).Draw(t, "positional"),
			NamedArgs:      rapid.MapOfN(rapid.String(), values(2), 0, 3).Draw(t, "named"),
		}
		text, codec, err := EncodeInput(args)
		if err != nil {
			t.Fatal(err)
		}
		var got PortableWorkflowArgs
		if err := (Encoded{Text: text, Codec: codec}).DecodeInto(&got); err != nil || !reflect.DeepEqual(got, args) {
			t.Fatalf("%s: got %#v (%v)", text, got, err)
		}
	})
}

// encoding/json and this package must accept the same texts and read the same
// values from them.
func TestDecodeJSONAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`{}[]",:01-.eE+tnrufals\ué`))).Draw(t, "text")
		checkAgreement(t.Fatalf, text)
	})
}

func checkAgreement(fail func(string, ...any), text string) {
	got, err := DecodeJSON(text)
	if valid := json.Valid([]byte(text)); valid != (err == nil) {
		fail("%q: valid is %t, but got %v", text, valid, err)
	}
	if err != nil {
		return
	}
	again, err := EncodeJSON(got, "")
	if err != nil {
		fail("%q: %v", text, err)
	}
	var want, have any
	errWant, errHave := json.Unmarshal([]byte(text), &want), json.Unmarshal([]byte(again), &have)
	if (errWant == nil) != (errHave == nil) || errWant == nil && !reflect.DeepEqual(want, have) {
		fail("%q became %q", text, again)
	}
}
