package codec

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// super is a record of the TypeScript SDK with the given json and meta.
func super(json, meta string) string {
	if meta == "" {
		return fmt.Sprintf(`{"json":%s,"__dbos_serializer":"superjson"}`, json)
	}
	return fmt.Sprintf(`{"json":%s,"meta":%s,"__dbos_serializer":"superjson"}`, json, meta)
}

func millis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func TestSuperJSONRevivesTypes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		json, meta string
		want       any
	}{
		{`{"a":[1,"x",null]}`, ``, map[string]any{"a": []any{int64(1), "x", nil}}},
		{`null`, `{"values":["undefined"]}`, nil},
		{`{"u":null,"a":[null]}`, `{"values":{"u":["undefined"],"a.0":["undefined"]},"v":1}`,
			map[string]any{"u": nil, "a": []any{nil}}},
		{`"1970-01-01T00:00:01.500Z"`, `{"values":["Date"]}`, millis(1500)},
		{`{"at":["1970-01-01T00:00:00.007Z"]}`, `{"values":{"at.0":["Date"]}}`, map[string]any{"at": []any{millis(7)}}},
		{`"+010000-01-01T00:00:00.000Z"`, `{"values":["Date"]}`, "+010000-01-01T00:00:00.000Z"},
		{`null`, `{"values":["Date"]}`, nil},
		{`["12","-9223372036854775809"]`, `{"values":{"0":["bigint"],"1":["bigint"]}}`,
			[]any{int64(12), bigInt(t, "-9223372036854775809")}},
		{`["Infinity","-Infinity"]`, `{"values":{"0":["number"],"1":["number"]}}`, []any{math.Inf(1), math.Inf(-1)}},
		{`[["a","1970-01-01T00:00:00.000Z"],["b",2]]`, `{"values":["map",{"0.1":["Date"]}],"v":1}`,
			map[string]any{"a": millis(0), "b": int64(2)}},
		{`[[1,"x"]]`, `{"values":["map"]}`, []any{[]any{int64(1), "x"}}},
		{`[["1970-01-01T00:00:00.000Z",1]]`, `{"values":["map",{"0.0":["Date"]}]}`, []any{[]any{millis(0), int64(1)}}},
		{`[["m",[["d","1970-01-01T00:00:00.001Z"]]]]`, `{"values":["map",{"0.1":["map",{"0.1":["Date"]}]}]}`,
			map[string]any{"m": map[string]any{"d": millis(1)}}},
		{`{"s":[1,"1970-01-01T00:00:00.000Z"]}`, `{"values":{"s":["set",{"1":["Date"]}]}}`,
			map[string]any{"s": []any{int64(1), millis(0)}}},
		{`"/a\\/b/gi"`, `{"values":["regexp"]}`, "/a\\/b/gi"},
		{`"http://h/p?q=1"`, `{"values":["URL"]}`, "http://h/p?q=1"},
		{`"tag"`, `{"values":[["symbol","tag"]]}`, "tag"},
		{`{"name":"RangeError","message":"bad"}`, `{"values":["Error"]}`,
			map[string]any{"name": "RangeError", "message": "bad"}},
		{`[104,105]`, `{"values":[["custom","Buffer"]]}`, []byte("hi")},
		{`[1,256]`, `{"values":[["custom","Buffer"]]}`, []any{int64(1), int64(256)}},
		{`"hi"`, `{"values":[["custom","Buffer"]]}`, "hi"},
		{`[1,2]`, `{"values":[["typed-array","Uint8Array"]]}`, []byte{1, 2}},
		{`[1.5]`, `{"values":[["typed-array","Float64Array"]]}`, []any{1.5}},
		{`{"cents":5}`, `{"values":[["class","Money"]]}`, map[string]any{"cents": int64(5)}},
		{`"1.50"`, `{"values":[["custom","Decimal"]]}`, "1.50"},
	}
	for _, test := range tests {
		checkSuper(t, super(test.json, test.meta), test.want)
	}
}

func checkSuper(t *testing.T, text string, want any) {
	t.Helper()
	for _, codec := range []string{SuperJSON, ""} {
		if got := (Encoded{Text: text, Codec: codec}).Decode(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, want %#v", text, got, want)
		}
	}
}

func TestSuperJSONNumbersThatJSONLacks(t *testing.T) {
	t.Parallel()
	text := super(`["NaN","-0"]`, `{"values":{"0":["number"],"1":["number"]}}`)
	got := Encoded{Text: text, Codec: SuperJSON}.Decode().([]any)
	if !math.IsNaN(got[0].(float64)) || !math.Signbit(got[1].(float64)) {
		t.Errorf("got %#v", got)
	}
}

func TestSuperJSONReadsBothWaysOfEscapingPaths(t *testing.T) {
	t.Parallel()
	json := `{"a.b":{"c":"1"},"x\\y":"2","z\\":{"d":"3"}}`
	want := map[string]any{
		"a.b": map[string]any{"c": int64(1)}, `x\y`: int64(2), `z\`: map[string]any{"d": int64(3)},
	}
	checkSuper(t, super(json, `{"v":1,"values":{"a\\.b.c":["bigint"],"x\\\\y":["bigint"],"z\\\\.d":["bigint"]}}`), want)

	legacy := `{"a.b":{"c":"1"},"x\\y":"2"}`
	delete(want, `z\`)
	checkSuper(t, super(legacy, `{"values":{"a\\.b.c":["bigint"],"x\\y":["bigint"]}}`), want)
}

func TestSuperJSONReadsPathsThatLackTheirEscapes(t *testing.T) {
	t.Parallel()
	checkSuper(t, super(`{"a":{"b.c.d":"1"},"x.y":[["k","2"]]}`, `{"values":{"a.b.c.d":["bigint"],"x.y":["map",{"0.1":["bigint"]}]}}`),
		map[string]any{"a": map[string]any{"b.c.d": int64(1)}, "x.y": map[string]any{"k": int64(2)}})
}

func TestSuperJSONPassesOverPathsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	checkSuper(t, super(`{"a":[1]}`, `{"values":{"b":["Date"],"a.7":["Date"],"a.x":["Date"],"a.0.c":["Date"]}}`),
		map[string]any{"a": []any{int64(1)}})
}

func TestSuperJSONSharesWhatWasShared(t *testing.T) {
	t.Parallel()
	one := map[string]any{"k": int64(1)}
	tests := []struct {
		json, meta string
		want       any
	}{
		{`{"a":{"k":1},"b":{"k":1}}`, `{"referentialEqualities":{"a":["b"]}}`, map[string]any{"a": one, "b": one}},
		{`{"a":{"k":1},"b":null,"c":[null]}`, `{"referentialEqualities":{"a":["b","c.0"]}}`,
			map[string]any{"a": one, "b": one, "c": []any{one}}},
		{`{"m":[["r",{"k":1}]],"s":null}`, `{"values":{"m":["map"]},"referentialEqualities":{"m.0.1":["s"]}}`,
			map[string]any{"m": map[string]any{"r": one}, "s": one}},
		{`{"m":[["r",null]],"s":{"k":1}}`, `{"values":{"m":["map"]},"referentialEqualities":[[],{"s":["m.0.1","no.where"]}]}`,
			map[string]any{"m": map[string]any{"r": one}, "s": one}},
		{`{"a":1}`, `{"referentialEqualities":[]}`, map[string]any{"a": int64(1)}},
	}
	for _, test := range tests {
		checkSuper(t, super(test.json, test.meta), test.want)
	}
}

// doublings shares each member's pair with the next member's two places.
func doublings(n int) string {
	var members, groups []string
	for i := range n {
		members = append(members, fmt.Sprintf(`"m%02d":[null,null]`, i))
		groups = append(groups, fmt.Sprintf(`"m%02d":["m%02d.0","m%02d.1"]`, i, i+1, i+1))
	}
	json := "{" + strings.Join(members, ",") + fmt.Sprintf(`,"m%02d":[null,null]}`, n)
	return super(json, `{"referentialEqualities":{`+strings.Join(groups, ",")+`}}`)
}

func TestSuperJSONThatCannotBeDataIsOpaque(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{super(`{"n":1,"self":null}`, `{"referentialEqualities":[["self"]]}`), `"self" is the whole value: it contains itself`},
		{super(`{"p":{"up":null}}`, `{"referentialEqualities":{"p":["p.up"]}}`), `"p.up" is "p": the value contains itself`},
		{super(`{"a":[null],"b":[null]}`, `{"referentialEqualities":{"a":["b.0"],"b":["a.0"]}}`), "contains itself"},
		{super(`[1]`, `{"referentialEqualities":{"7":["0"]}}`), `a reference names the place "7", which does not exist`},
		{super(`[1]`, `{"referentialEqualities":{"0":1}}`), "references are not an array of paths"},
		{super(`[1]`, `{"values":["Duration"]}`), "unknown superjson type Duration"},
		{super(`[1]`, `{"values":[["odd","x"]]}`), "unknown superjson type odd"},
		{super(`[1]`, `{"values":[["odd"]]}`), "unknown superjson type [odd]"},
		{super(`[1]`, `{"values":[]}`), "a type annotation is empty or given twice"},
		{super(`[1]`, `{"values":7}`), "a type annotation is neither an object nor an array"},
		{super(`"x"`, `{"values":["bigint"]}`), "a bigint is stored as string instead of digits"},
		{super(`"1.5"`, `{"values":["bigint"]}`), `"1.5" is not a bigint`},
		{super(`1`, `{"values":["map"]}`), "a Map is stored as int64 instead of pairs"},
		{super(`[1]`, `{"values":["map"]}`), "a Map holds an element that is not a pair"},
		{super(`1`, `{"values":["number"]}`), "unknown number 1"},
		{`{"json":`, "invalid JSON"},
		{doublings(60), "shared parts expand to an unreasonable size"},
	}
	for _, test := range tests {
		value := Encoded{Text: test.text, Codec: SuperJSON}.Decode()
		opaque, ok := value.(Opaque)
		if !ok || !strings.Contains(opaque.Reason, test.want) || opaque.Raw != test.text || opaque.Codec != SuperJSON {
			t.Errorf("%.80s: got %#v, want %s", test.text, value, test.want)
		}
	}
}

func TestLegacyTagsAreUndone(t *testing.T) {
	t.Parallel()
	text := `{"at":{"dbos_type":"dbos_Date","dbos_data":"1970-01-01T00:00:00.005Z"},
		"n":[{"dbos_type":"dbos_BigInt","dbos_data":"12"}],"b":{"type":"Buffer","data":[104,105]},
		"odd":{"dbos_type":"dbos_BigInt","dbos_data":"x"},"kind":{"type":"Buffer","data":"x"}}`
	want := map[string]any{
		"at": millis(5), "n": []any{int64(12)}, "b": []byte("hi"),
		"odd":  map[string]any{"dbos_type": "dbos_BigInt", "dbos_data": "x"},
		"kind": map[string]any{"type": "Buffer", "data": "x"},
	}
	for _, codec := range []string{LegacyJSON, SuperJSON, ""} {
		if got := (Encoded{Text: text, Codec: codec}).Decode(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %#v", codec, got)
		}
	}
}

// A function, or a symbol without a name, leaves nothing but the marker.
func TestAValueThatJSONCannotWriteIsNil(t *testing.T) {
	t.Parallel()
	if got := (Encoded{Text: `{"__dbos_serializer":"superjson"}`, Codec: SuperJSON}).Decode(); got != nil {
		t.Errorf("it reads as %#v", got)
	}
}
