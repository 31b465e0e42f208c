package codec

import (
	"bufio"
	"encoding/base64"
	"errors"
	"os"
	"strings"
	"testing"
)

// nestingOf is a bound on the depth of text that encoding/json's own limit
// does not reach.
func nestingOf(text string) int { return strings.Count(text, "[") + strings.Count(text, "{") }

func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0,1e400,"\u00e9\ud83d\ude00"]}`, `[[],{}]`, `123456789012345678901234567890`, "\"\xff\"", `1.5e-7`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if nestingOf(text) >= maxDepth {
			DecodeJSON(text)
			return
		}
		checkAgreement(t.Fatalf, text)
		checkShown(t.Fatalf, Encoded{Text: text, Codec: PortableJSON})
		checkShown(t.Fatalf, Encoded{Text: text, Codec: SuperJSON})
	})
}

func FuzzSuperJSON(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":["1970-01-01T00:00:00.000Z"]}`, `{"values":{"a.0":["Date"]},"v":1}`},
		{`[["a",1],["b",null]]`, `{"values":["map",{"0.1":["bigint"]}],"referentialEqualities":{"0":["1.1"]}}`},
		{`{"a":{"k":1},"b":null}`, `{"referentialEqualities":[["b"],{"a":["b"]}]}`},
		{`[1,"NaN"]`, `{"values":{"1":["number"]}}`},
		{`[1,2]`, `{"values":[["typed-array","Uint8Array"]]}`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, json, meta string) {
		checkDecoded(t, Encoded{Text: super(json, meta), Codec: SuperJSON})
	})
}

func FuzzPickle(f *testing.F) {
	for _, line := range pickleSeeds(f) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := base64.StdEncoding.EncodeToString(data)
		checkDecoded(t, Encoded{Text: text, Codec: Pickle})
		checkDecodedError(t, text, Pickle)
	})
}

// pickleSeeds are the pickles of the tests and some written by hand.
func pickleSeeds(f *testing.F) [][]byte {
	file, err := os.Open("testdata/pickles.txt")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	seeds := [][]byte{[]byte("cshop\nOrder\n(VxtR}(VmessageVyub."), []byte("]q\x00h\x00a."), []byte("N2\x862\x86.")}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		data, err := base64.StdEncoding.DecodeString(strings.Fields(lines.Text())[2])
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, data)
	}
	return seeds
}

func FuzzDecodeError(f *testing.F) {
	for _, seed := range []string{
		"plain", `{"name":"E","message":"m","code":1,"data":{}}`, super(`{"name":"E","message":"m"}`, ``),
		pickled("cx\nE\n(VmtR."), "/wMQAAdYAQwAAQA=",
	} {
		for _, codec := range []string{"", DBOSJSON, PortableJSON, SuperJSON, Pickle} {
			f.Add(seed, codec)
		}
	}
	f.Fuzz(func(t *testing.T, text, codec string) {
		checkDecodedError(t, text, codec)
	})
}

func FuzzGob(f *testing.F) {
	registerGobTypes()
	for _, value := range []any{"x", 1, cart{Lines: []line{{}}, Any: map[string]any{"k": 1.5}}, &dbosError{Message: "m"}} {
		data, err := base64.StdEncoding.DecodeString(gobbed(f, value))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := base64.StdEncoding.EncodeToString(data)
		checkDecoded(t, Encoded{Text: text, Codec: Gob})
		checkDecodedError(t, text, DBOSJSON)
	})
}

func FuzzEncodedDecode(f *testing.F) {
	codecs := []string{"", DBOSJSON, PortableJSON, SuperJSON, LegacyJSON, Pickle, Gob, "mine"}
	for _, text := range []string{
		NilMarker, "eyJhIjoxfQ==", `{"a":1}`, super(`1`, ``), pickled("\x80\x04K\x07."), "1234", "null", "x",
		`{"dbos_type":"dbos_BigInt","dbos_data":"1"}`,
	} {
		for _, codec := range codecs {
			f.Add(text, codec)
		}
	}
	f.Fuzz(func(t *testing.T, text, codec string) {
		checkDecoded(t, Encoded{Text: text, Codec: codec})
	})
}

// checkDecoded reads a value, writes it as a script would print it, and reads
// that again.
func checkDecoded(t *testing.T, e Encoded) {
	value := e.Decode()
	if opaque, ok := value.(Opaque); ok && (opaque.Raw != e.Text || opaque.Reason == "") {
		t.Fatalf("%+v: %#v does not explain itself", e, opaque)
	}
	text, err := EncodeJSON(value, "")
	if err != nil {
		if !strings.Contains(err.Error(), "cannot be stored as JSON") && !strings.Contains(err.Error(), "levels deep") {
			t.Fatalf("%+v: %v", e, err)
		}
		return
	}
	again, err := DecodeJSON(text)
	if err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	if second, err := EncodeJSON(again, ""); err != nil || second != text {
		t.Fatalf("%+v: %s became %s (%v)", e, text, second, err)
	}
	checkDecodedInto(t, e, text)
}

// checkDecodedInto wants DecodeInto to agree with Decode for an any, and to
// live through any other type.
func checkDecodedInto(t *testing.T, e Encoded, want string) {
	var loose any
	if err := e.DecodeInto(&loose); err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	if got, err := EncodeJSON(loose, ""); err != nil || got != want {
		t.Fatalf("%+v: into %s (%v)", e, got, err)
	}
	var strict struct {
		A any
		B []map[string]any
	}
	var undecodable *UndecodableError
	if err := e.DecodeInto(&strict); errors.As(err, &undecodable) && undecodable.Value.Raw != e.Text {
		t.Fatalf("%+v: %v", e, err)
	}
}

func checkDecodedError(t *testing.T, text, codec string) {
	e := DecodeError(text, codec, false)
	if (e == nil) != (text == "") {
		t.Fatalf("%q: %#v", text, e)
	}
	if e == nil {
		return
	}
	if e.Raw != text || e.Codec != codec || e.Error() == "" {
		t.Fatalf("%q: %#v", text, e)
	}
	if _, err := EncodeError(PortableJSON, &RemoteError{Name: e.Name, Message: e.Error()}); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
}
