//go:build interop

package interop

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/tests/interop/peer"
)

// A storedValue is a value or an error as an SDK stores it, with what scripts must read.
type storedValue struct {
	Name, Codec, Text string
	Want              string  // the value, as describe writes it
	Error             *string // the name of an error; nil for a value
	Message           string
	Own               bool // the message is in our own words
}

// valuePrograms are the programs of tests/interop/values, one for each SDK.
func valuePrograms(t *testing.T) map[peer.Language][]string {
	t.Helper()
	installed, err := peer.Install(t.Context(), "5.3.0")
	if err != nil {
		t.Fatal(err)
	}
	python, err := peer.SDK{Language: peer.Python, Version: "3.4.0"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	java, err := peer.SDK{Language: peer.Java, Version: "1.1.0-m6"}.Install(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join("values", name) }
	return map[peer.Language][]string{
		peer.TypeScript: {"node", at("values.mjs"), installed},
		peer.Python:     {python[0], at("values.py")},
		peer.Java: {"java", "-cp", java[slices.Index(java, "-cp")+1], "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
			"-Dfile.encoding=UTF-8", at("Values.java")},
	}
}

// runValues runs a program of an SDK, and returns the lines of its output.
func runValues(t *testing.T, program []string, word string, input []byte) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), program[0], append(slices.Clone(program[1:]), word)...)
	command.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v %s: %v\n%s", program, word, err, stderr.String())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// What the SDKs store of every kind of value and error, we read as the plain value that the
// programs name beside it.
func TestValuesThatTheSDKsWrite(t *testing.T) {
	t.Parallel()
	for language, program := range valuePrograms(t) {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			lines := runValues(t, program, "write", nil)
			if len(lines) < 50 {
				t.Errorf("only %d values", len(lines))
			}
			for _, line := range lines {
				var stored storedValue
				if err := json.Unmarshal([]byte(line), &stored); err != nil {
					t.Fatalf("%v: %s", err, line)
				}
				stored.check(t)
			}
		})
	}
}

func (s storedValue) check(t *testing.T) {
	t.Helper()
	if s.Error == nil {
		if got := describe(codec.Encoded{Text: s.Text, Codec: s.Codec}.Decode()); got != s.Want {
			t.Errorf("%s %s: read as %s, not %s (%s)", s.Name, s.Codec, got, s.Want, s.Text)
		}
		return
	}
	failed := codec.DecodeError(s.Text, s.Codec, false)
	name := *s.Error
	if s.Codec == codec.PortableJSON {
		name = failed.Name // which the SDK shortens
	}
	if failed.Name != name || !s.Own && failed.Message != s.Message || failed.Message == "" != (s.Message == "") {
		t.Errorf("%s %s: read as %q, %q, not %q, %q (%s)", s.Name, s.Codec, failed.Name, failed.Message, *s.Error, s.Message, s.Text)
	}
}

// describe writes a decoded value like JSON, with the kinds that JSON lacks by name.
func describe(v any) string {
	switch v := v.(type) {
	case time.Time:
		return "time " + v.Format(time.RFC3339Nano)
	case []byte:
		return "bytes " + hex.EncodeToString(v)
	case *big.Int:
		return v.String()
	case float64:
		return codec.NumberText(v)
	case codec.Opaque:
		return "undecodable"
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = describe(item)
		}
		return "[" + strings.Join(items, ",") + "]"
	case map[string]any:
		var members []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			members = append(members, describe(name)+":"+describe(v[name]))
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	text, err := codec.EncodeJSON(v, "")
	if err != nil {
		return fmt.Sprint(err)
	}
	return strings.ReplaceAll(text, "\u2028", `\u2028`)
}

// A written value is one that we write for an application, with what each SDK reads, in the form of
// its programs.
type written struct {
	value                    any
	python, typescript, java string
}

// writtenValues are of every kind that scripts have.
func writtenValues() []written {
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	big := new(big.Int).Lsh(big.NewInt(1), 70)
	return []written{
		{nil, "None", "null", "null"},
		{true, "True", "true", "Boolean true"},
		{int64(-5), "-5", "-5", "Integer -5"},
		{int64(1) << 40, "1099511627776", "1099511627776", "Long 1099511627776"},
		{big, "1180591620717411303424", "1.1805916207174113e+21", "BigInteger 1180591620717411303424"},
		{0.1, "0.1", "0.1", "Double 0.1"},
		{1e300, "1e+300", "1e+300", "Double 1.0E300"},
		{"ünï \"x\" '\n", `'ünï "x" \'\n'`, "`ünï \"x\" '\\n`", "String ünï \"x\" '\\n"},
		{"🚀\x00", `'🚀\x00'`, `'🚀\x00'`, "String 🚀\x00"},
		{[]any{int64(1), []any{"a", nil}, map[string]any{}}, "[1, ['a', None], {}]", "[ 1, [ 'a', null ], {} ]", "ArrayList [1, [a, null], {}]"},
		{[]any{}, "[]", "[]", "ArrayList []"},
		{map[string]any{"b.c": []any{true}, "a": map[string]any{"x": 1.5}}, "{'a': {'x': 1.5}, 'b.c': [True]}", "{ a: { x: 1.5 }, 'b.c': [ true ] }", "LinkedHashMap {a={x=1.5}, b.c=[true]}"},
		{[]any{"java.lang.Long", "5"}, "['java.lang.Long', '5']", "[ 'java.lang.Long', '5' ]", "ArrayList [java.lang.Long, 5]"},
		{map[string]any{"json": int64(1), "__dbos_serializer": "superjson"}, "{'__dbos_serializer': 'superjson', 'json': 1}", "{ __dbos_serializer: 'superjson', json: 1 }", "LinkedHashMap {__dbos_serializer=superjson, json=1}"},
		{at, "{'args': (datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=datetime.timezone.utc),), 'kwargs': {}}", "2026-01-02T03:04:05.678Z", "Instant 2026-01-02T03:04:05.678Z"},
	}
}

// What we write in the form of an SDK, its applications read as the same value; and in portable
// JSON too, where a time is a text.
func TestTheSDKsReadWhatWeWrite(t *testing.T) {
	t.Parallel()
	programs := valuePrograms(t)
	for language, form := range map[peer.Language]struct {
		codec  string
		encode func(any) (string, error)
		want   func(written) string
	}{
		peer.Python:     {codec.Pickle, pickledValue, func(w written) string { return w.python }},
		peer.TypeScript: {codec.SuperJSON, codec.EncodeSuperJSON, func(w written) string { return w.typescript }},
		peer.Java:       {codec.Jackson, codec.EncodeJackson, func(w written) string { return w.java }},
	} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			var input bytes.Buffer
			var wanted []string
			for _, w := range writtenValues() {
				add := func(name string, encode func(any) (string, error)) {
					text, err := encode(w.value)
					if err != nil {
						t.Fatalf("%v: %v", w.value, err)
					}
					if err := json.NewEncoder(&input).Encode(map[string]string{"codec": name, "text": text}); err != nil {
						t.Fatal(err)
					}
					wanted = append(wanted, form.want(w))
				}
				add(form.codec, form.encode)
				if _, isTime := w.value.(time.Time); !isTime {
					add(codec.PortableJSON, func(v any) (string, error) { return codec.Encode(codec.PortableJSON, v) })
				}
			}
			found := runValues(t, programs[language], "read", input.Bytes())
			if len(found) != len(wanted) {
				t.Fatalf("%d values came back of %d: %q", len(found), len(wanted), found)
			}
			for i := range found {
				if found[i] != wanted[i] {
					t.Errorf("%d: the application reads %s, not %s", i, found[i], wanted[i])
				}
			}
		})
	}
}

// pickledValue writes a value as Python stores it; a time as the only argument of a workflow,
// because only those are told times.
func pickledValue(v any) (string, error) {
	if _, isTime := v.(time.Time); !isTime {
		return codec.EncodePickle(v)
	}
	text, _, err := codec.EncodeInput(codec.PythonArgs{v})
	return text, err
}
