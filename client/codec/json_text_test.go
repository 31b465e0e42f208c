package codec

import (
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// jsonTexts generates JSON in every spelling: with blanks, escapes, equal names, and bytes that are
// not UTF-8.
func jsonTexts(depth int) *rapid.Generator[string] {
	kinds := []*rapid.Generator[string]{
		rapid.SampledFrom([]string{"null", "true", "false", "0", "-0", "-0.0", "1.0", "1e3", "1E+2", "0.1e-7", "1e400", "1e-400", "-12", "9007199254740993",
			"123456789012345678901234567890", "1.5", "123456789.123456789123456789", "1e21", "1e20"}),
		rapid.Custom(jsonString),
	}
	if depth > 0 {
		kinds = append(kinds, rapid.Custom(func(t *rapid.T) string {
			items := rapid.SliceOfN(jsonTexts(depth-1), 0, 4).Draw(t, "items")
			return "[" + strings.Join(items, rapid.SampledFrom([]string{",", " ,\n", ",\t"}).Draw(t, "comma")) + "]"
		}), rapid.Custom(func(t *rapid.T) string {
			members := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
				name := rapid.OneOf(rapid.SampledFrom([]string{`"a"`, `"b"`, `"\u0061"`, `""`, `"json"`, `"type"`}), rapid.Custom(jsonString)).Draw(t, "name")
				return name + rapid.SampledFrom([]string{":", " : "}).Draw(t, "colon") + jsonTexts(depth-1).Draw(t, "value")
			}), 0, 4).Draw(t, "members")
			return "{" + strings.Join(members, ",") + " }"
		}))
	}
	return rapid.OneOf(kinds...)
}

func jsonString(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "z", "é", "\xff", "\xed\xa0\x80", `\n`, `\u000a`, `\/`, `/`, `\"`, `\\`, `\u00e9`, `\ud83d\ude00`, `\ud83d`, `\u0000`,
		"\u2028", "<", "\x7f"}), 0, 5).Draw(t, "parts")
	return `"` + strings.Join(parts, "") + `"`
}

// A text that is copied is the one that its value is written as, in every serialization and with
// every indentation.
func TestShownTextIsThatOfTheValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := jsonTexts(3).Draw(t, "text")
		checkShown(t.Fatalf, Encoded{Text: text, Codec: PortableJSON})
		checkShown(t.Fatalf, Encoded{Text: text, Codec: SuperJSON})
		checkShown(t.Fatalf, Encoded{Text: text, Codec: LegacyJSON})
		checkShown(t.Fatalf, Encoded{Text: base64.StdEncoding.EncodeToString([]byte(text)), Codec: DBOSJSON})
		for _, rest := range []string{"", `,"meta":{"values":{"a":["Date"]},"v":1}`, `,"other":1`, `,"json":[2]`} {
			checkShown(t.Fatalf, Encoded{Text: `{"json":` + text + rest + `,"__dbos_serializer":"superjson"}`, Codec: SuperJSON})
		}
	})
}

// checkShown does nothing for a value that is decoded.
func checkShown(fatal func(string, ...any), e Encoded) {
	shown, ok := e.Shown()
	if !ok {
		return
	}
	for _, indent := range []string{"", "  "} {
		got, err := ShowJSON(shown, indent)
		want, wantErr := ShowJSON(e.Decode(), indent)
		if err != nil || wantErr != nil || got != want {
			fatal("%s %q with the indentation %q:\n%s (%v)\nwant\n%s (%v)", e.Codec, e.Text, indent, got, err, want, wantErr)
		}
	}
}

// A text is decoded if it is no object and no array, no JSON, or has annotations.
func TestOnlyPlainTextIsShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"b":1,"a":[2]}`: true, `[]`: true, ` {} `: true, `"text"`: false, `12`: false, `null`: false, ``: false, `{`: false, `[1] 2`: false, `[1,]`: false, `{1:2}`: false,
		strings.Repeat("[", maxPlainDepth+1) + strings.Repeat("]", maxPlainDepth+1): false, "[\"\x01\"]": false,
	} {
		if _, ok := (Encoded{Text: text, Codec: PortableJSON}).Shown(); ok != want {
			t.Errorf("%.40q: %v", text, ok)
		}
	}
	for text, want := range map[string]bool{
		`{"json":{"a":1},"__dbos_serializer":"superjson"}`:                                                             true,
		`{"json":{"a":"2026-01-01T00:00:00Z"},"meta":{"values":{"a":["Date"]},"v":1},"__dbos_serializer":"superjson"}`: false,
		`{"dbos_type":"dbos_Date","dbos_data":"2026-01-01T00:00:00Z"}`:                                                 false,
		`{"type":"Buffer","data":[1]}`:                                                                                 false,
		`{"a":1}`:                                                                                                      true,
	} {
		if _, ok := (Encoded{Text: text, Codec: SuperJSON}).Shown(); ok != want {
			t.Errorf("%s: %v", text, ok)
		}
	}
	if _, ok := (Encoded{Text: NilMarker, Codec: DBOSJSON}).Shown(); ok {
		t.Error("the mark for nil has a text")
	}
}
