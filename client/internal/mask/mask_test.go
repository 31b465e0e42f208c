package mask

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRulesMaskWhatTheyName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rules         string
		of            Payload
		serialization string
		text, want    string
	}{
		{"password", Input, "portable_json", `{"positionalArgs":[{"user":"ann","Pass_Word":"x","n":1}]}`, `{"positionalArgs":[{"user":"ann","Pass_Word":"***","n":1}]}`},
		{"input.card", Input, "portable_json", `{"positionalArgs": [ {"card" : "4111", "deep": {"card": 1}} ]}`, `{"positionalArgs": [ {"card" : "***", "deep": {"card": 1}} ]}`},
		{"input.card", Input, "portable_json", `{"namedArgs":{"card":{"n":4111,"ok":true,"none":null,"l":["a",1.5]}}}`, `{"namedArgs":{"card":{"n":0,"ok":false,"none":null,"l":["***",0]}}}`},
		{"input.card", Output, "portable_json", `{"card":"4111"}`, `{"card":"4111"}`},
		{"input.card", Input, "js_superjson", `{"json":[{"card":"4111","at":"x"}],"meta":{"values":{"0.card":["Date"],"card":["set"]}}}`, `{"json":[{"card":"***","at":"x"}],"meta":{"values":{"0.card":["Date"],"card":["set"]}}}`},
		{"card.number", Event, "", `{"a":{"card":[{"number":5,"exp":"1"}]},"number":7}`, `{"a":{"card":[{"number":0,"exp":"1"}]},"number":7}`},
		{"step.*.pin", Step, "", `{"a":{"pin":1},"pin":2}`, `{"a":{"pin":0},"pin":2}`},
		{"@secrets", Message, "", `{"apiKey":"k","refresh-token":"r","name":"n"}`, `{"apiKey":"***","refresh-token":"***","name":"n"}`},
		{"a\u00e9", Output, "", `{"a\u00e9":"x","\"a":"y"}`, `{"a\u00e9":"***","\"a":"y"}`},
		{"x", Output, "", `12.50e3`, `12.50e3`},
		{"error.*", Error, "", `no money on 4111`, `***`},
		{"output.*", Output, "", `{"a":[1,"b"]}`, `{"a":[0,"***"]}`},
		{"password", Error, "", `no money on 4111`, `no money on 4111`},
		{"password", Error, "", `abcd`, `abcd`},
		{"password", Input, "py_pickle", `gASVCgAAAAAAAAB9lIwBYZRLAXMu`, `***`},
		{"output.x", Input, "py_pickle", `gASVCgAAAAAAAAB9lIwBYZRLAXMu`, `gASVCgAAAAAAAAB9lIwBYZRLAXMu`},
		{"password", Output, "DBOS_JSON", "__DBOS_NIL", "__DBOS_NIL"},
		{"password", Output, "custom", "whatever it is", "***"},
		{"password", Output, "DBOS_JSON", base64.StdEncoding.EncodeToString([]byte(`{"password":"x"}`)), base64.StdEncoding.EncodeToString([]byte(`{"password":"***"}`))},
	} {
		s, err := Parse(strings.Split(c.rules, " "))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Apply(c.of, c.serialization, c.text); got != c.want {
			t.Errorf("%s of %s %s: %s, want %s", c.rules, c.of, c.text, got, c.want)
		}
		hits := s.Whole
		for _, n := range s.Hits {
			hits += n
		}
		if (hits > 0) != (c.text != c.want) {
			t.Errorf("%s of %s: %v hits, %d whole", c.rules, c.text, s.Hits, s.Whole)
		}
	}
}

func TestTextsThatAreNoRules(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a..b", ".a", "a.", "*", "@all", "_"} {
		if _, err := Parse([]string{"fine", text}); err == nil || !strings.Contains(err.Error(), "is no rule") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestSecretsThatNoRuleMasksAreCounted(t *testing.T) {
	t.Parallel()
	s, err := Parse([]string{"password"})
	if err != nil {
		t.Fatal(err)
	}
	s.Apply(Input, "", `[{"password":"x","api_key":"y","token":""},{"API-KEY":"z","pin":null,"card":{"n":1}}]`)
	if want := map[string]int{"apikey": 2, "card": 1}; !reflect.DeepEqual(s.Bare, want) || s.Hits["password"] != 1 {
		t.Errorf("counted %v, masked %v", s.Bare, s.Hits)
	}
}

// A rule without a matching key changes no byte. One for all keys keeps only the shape.
func TestMaskingKeepsAllElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := tree(t, 3)
		text, err := json.MarshalIndent(value, "", strings.Repeat(" ", rapid.IntRange(0, 2).Draw(t, "indent")))
		if err != nil {
			t.Fatal(err)
		}
		kept, _ := Parse([]string{"nowhere", "output.key0", "key1.nowhere"})
		if got := kept.Apply(Input, "", string(text)); got != string(text) {
			t.Fatalf("%s became %s", text, got)
		}
		all, _ := Parse([]string{"input.*"})
		var masked any
		if err := json.Unmarshal([]byte(all.Apply(Input, "", string(text))), &masked); err != nil {
			t.Fatal(err)
		}
		if want := emptied(value); !reflect.DeepEqual(masked, want) {
			t.Fatalf("%s became %v", text, masked)
		}
	})
}

func tree(t *rapid.T, depth int) any {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case kind == 0 && depth > 0:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			list = append(list, tree(t, depth-1))
		}
		return list
	case kind == 1 && depth > 0:
		object := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			object[rapid.SampledFrom([]string{"key0", "key1", "json", "a\"b", "", "ключ"}).Draw(t, "key")] = tree(t, depth-1)
		}
		return object
	case kind == 2:
		return rapid.Float64Range(-1e9, 1e9).Draw(t, "number")
	case kind == 3:
		return rapid.Bool().Draw(t, "bool")
	case kind == 4:
		return nil
	}
	return rapid.String().Draw(t, "text")
}

func emptied(value any) any {
	switch v := value.(type) {
	case []any:
		list := []any{}
		for _, item := range v {
			list = append(list, emptied(item))
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, item := range v {
			object[key] = emptied(item)
		}
		return object
	case string:
		return hidden
	case float64:
		return 0.0
	case bool:
		return false
	}
	return nil
}
