package codec

import (
	"reflect"
	"testing"
	"time"
)

func TestSuperJSONIsWrittenAsTheSDKWritesIt(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, `{"json":null,"__dbos_serializer":"superjson"}`},
		{map[string]any{"a": int64(1)}, `{"json":{"a":1},"__dbos_serializer":"superjson"}`},
		{at, `{"json":"2026-01-01T00:00:00.000Z","meta":{"values":["Date"]},"__dbos_serializer":"superjson"}`},
		{[]any{at, map[string]any{"x.y": at, "z": nil}},
			`{"json":["2026-01-01T00:00:00.000Z",{"x.y":"2026-01-01T00:00:00.000Z","z":null}],` +
				`"meta":{"values":{"0":["Date"],"1.x\\.y":["Date"]}},"__dbos_serializer":"superjson"}`},
		{map[string]any{`\`: []any{at}},
			`{"json":{"\\":["2026-01-01T00:00:00.000Z"]},"meta":{"v":1,"values":{"\\\\.0":["Date"]}},"__dbos_serializer":"superjson"}`},
	} {
		text, err := EncodeSuperJSON(test.value)
		if err != nil || text != test.want {
			t.Errorf("%v: got %s (%v), want %s", test.value, text, err, test.want)
		}
		if got := (Encoded{Text: text, Codec: SuperJSON}).Decode(); !reflect.DeepEqual(got, test.value) {
			t.Errorf("%s reads as %#v, want %#v", text, got, test.value)
		}
	}
	if _, err := EncodeSuperJSON([]any{func() {}}); err == nil {
		t.Error("a function is written")
	}
}

func TestTypeScriptArgumentsSelectTheirSerialisation(t *testing.T) {
	t.Parallel()
	text, name, err := EncodeInput(TypeScriptArgs{time.Unix(0, 0), nil})
	want := `{"json":["1970-01-01T00:00:00.000Z",null],"meta":{"values":{"0":["Date"]}},"__dbos_serializer":"superjson"}`
	if err != nil || name != SuperJSON || text != want {
		t.Errorf("got %s as %s (%v)", text, name, err)
	}
}
