package codec

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// Whatever an application wrote an error with, its message is found again.
func TestEveryErrorKeepsItsMessage(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	rapid.Check(t, func(rt *rapid.T) {
		message := "no stock: " + rapid.String().Draw(rt, "message")
		exception := &pickler{t: rt, ops: []byte("\x80\x04cbuiltins\nValueError\n(")}
		exception.value(message)
		exception.write("tR.")
		portable, err := EncodeError(PortableJSON, &RemoteError{Name: "NoStock", Message: message})
		if err != nil {
			rt.Fatal(err)
		}
		object := plain(rt, map[string]any{"name": "NoStock", "message": message})
		for _, stored := range []struct{ text, codec string }{
			{message, DBOSJSON}, {message, ""}, {portable, PortableJSON}, {portable, DBOSJSON},
			{super(object, ""), SuperJSON}, {super(object, `{"values":["Error"]}`), ""},
			{pickled(string(exception.ops)), Pickle}, {pickled(string(exception.ops)), ""},
			{gobbed(t, &dbosError{Message: message}), DBOSJSON}, {gobbed(t, refused(message)), ""},
		} {
			if got := DecodeError(stored.text, stored.codec, false); got == nil || got.Message != message {
				rt.Fatalf("%q in %q: got %#v, want the message %q", stored.text, stored.codec, got, message)
			}
		}
	})
}

func TestGobsGiveBackEveryValue(t *testing.T) {
	t.Parallel()
	registerGobTypes()
	scalars := rapid.OneOf(rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Custom(fraction).AsAny(), rapid.String().AsAny())
	lists := rapid.SliceOfN(scalars, 1, 5).AsAny()
	objects := rapid.MapOfN(rapid.String(), rapid.OneOf(scalars, lists), 1, 5).AsAny()
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.OneOf(scalars, lists, objects).Draw(rt, "value")
		text := gobbed(t, value)
		if got := (Encoded{Text: text, Codec: Gob}).Decode(); !reflect.DeepEqual(got, value) {
			rt.Fatalf("%s: got %#v, want %#v", text, got, value)
		}
	})
}
