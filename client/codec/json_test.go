package codec

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
)

// bigInt reads a decimal integer of any size.
func bigInt(t *testing.T, digits string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		t.Fatalf("%q is no integer", digits)
	}
	return n
}

func TestDecodeJSONIsExact(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want any
	}{
		{`null`, nil},
		{` true `, true},
		{`false`, false},
		{`0`, int64(0)},
		{`-12`, int64(-12)},
		{`9007199254740993`, int64(9007199254740993)},
		{`9223372036854775807`, int64(math.MaxInt64)},
		{`-9223372036854775808`, int64(math.MinInt64)},
		{`9223372036854775808`, bigInt(t, "9223372036854775808")},
		{`-12345678901234567890123`, bigInt(t, "-12345678901234567890123")},
		{`1.0`, 1.0},
		{`1e2`, 100.0},
		{`-2.5E-1`, -0.25},
		{`1e400`, json.Number("1e400")},
		{`-1e400`, json.Number("-1e400")},
		{`1e-400`, 0.0},
		{`""`, ""},
		{`"a\"\\\/\b\f\n\r\tz"`, "a\"\\/\b\f\n\r\tz"},
		{`"\u00e9é\ud83d\ude00"`, "éé😀"},
		{`"\ud800x\udc00"`, "\uFFFDx\uFFFD"},
		{`"\ud800\u0041"`, "\uFFFDA"},
		{"\"a\xffb\"", "a\uFFFDb"},
		{`[]`, []any{}},
		{"[ 1 ,\n[2,[]] ]", []any{int64(1), []any{int64(2), []any{}}}},
		{`{}`, map[string]any{}},
		{`{"a":{"b":null},"a":{"c":1}}`, map[string]any{"a": map[string]any{"c": int64(1)}}},
	}
	for _, test := range tests {
		got, err := DecodeJSON(test.text)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %#v (%v), want %#v", test.text, got, err, test.want)
		}
	}
}

func TestDecodeJSONKeepsTheSignOfZero(t *testing.T) {
	t.Parallel()
	got, err := DecodeJSON("-0")
	if f, ok := got.(float64); err != nil || !ok || !math.Signbit(f) {
		t.Errorf("got %#v (%v)", got, err)
	}
}

func TestDecodeJSONLeavesEndlessDigitsAlone(t *testing.T) {
	t.Parallel()
	digits := "1" + strings.Repeat("0", 1_000_000)
	got, err := DecodeJSON(digits)
	if err != nil || got != json.Number(digits) {
		t.Errorf("got %T (%v)", got, err)
	}
}

func TestDecodeJSONNamesThePlaceOfAMistake(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{``, "line 1, column 1: expected a value, found end of text"},
		{`{"a":1} x`, "line 1, column 9: unexpected 'x' after the value"},
		{"[1,\n 2,\n]", "line 3, column 1: expected a value, found ']'"},
		{`[1 2]`, "line 1, column 4: expected ',' or ']' in the array, found '2'"},
		{`{"a" 1}`, "line 1, column 6: expected ':' after the member name, found '1'"},
		{`{a:1}`, "line 1, column 2: expected a member name in double quotes, found 'a'"},
		{`{"a":1,}`, "line 1, column 8: expected a member name in double quotes, found '}'"},
		{`{"a":1`, "line 1, column 7: expected ',' or '}' in the object, found end of text"},
		{`tru`, "line 1, column 1: expected true"},
		{`nul`, "line 1, column 1: expected null"},
		{`fals `, "line 1, column 1: expected false"},
		{`01`, "line 1, column 2: a number cannot start with 0"},
		{`1.`, "line 1, column 3: expected a digit after '.', found end of text"},
		{`1e+`, "line 1, column 4: expected a digit in the exponent, found end of text"},
		{`-`, "line 1, column 2: expected a value, found end of text"},
		{`NaN`, "line 1, column 1: expected a value, found 'N'"},
		{`"abc`, "line 1, column 5: the string has no end"},
		{`"a\`, `line 1, column 4: invalid escape`},
		{`"a\x"`, `line 1, column 4: invalid escape \x in a string`},
		{`"\u12g4"`, `expected four hexadecimal digits`},
		{"\"a\nb\"", `control character '\n' inside a string`},
		{"\"\\n\x01\"", `control character '\x01' inside a string`},
		{"\x00", "expected a value"},
		{"[1\x00", "expected ',' or ']'"},
		{strings.Repeat("[", 10_001), "nested more than 10000 levels deep"},
		{strings.Repeat(`{"a":`, 5_000_000), "nested more than 10000 levels deep"},
	}
	for _, test := range tests {
		_, err := DecodeJSON(test.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.20s: got %v, want %s", test.text, err, test.want)
		}
	}
}

func TestJSONTakesTheDeepestNesting(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	value, err := DecodeJSON(deep)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := EncodeJSON(value, ""); err != nil || text != deep {
		t.Errorf("encoded back: %v", err)
	}
}

func TestEncodeJSONIndents(t *testing.T) {
	t.Parallel()
	value := map[string]any{
		"b": []any{}, "a": []any{int64(1), map[string]any{}}, "c": struct{ X, Y int }{1, 2},
	}
	text, err := EncodeJSON(value, "  ")
	want := `{
  "a": [
    1,
    {}
  ],
  "b": [],
  "c": {
    "X": 1,
    "Y": 2
  }
}`
	if err != nil || text != want {
		t.Errorf("got %s (%v), want %s", text, err, want)
	}
}
