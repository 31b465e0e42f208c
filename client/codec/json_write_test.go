package codec

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A sink that receives the parts of a text must write it as ShowJSON writes its value.
func TestATextSinkWritesAsShowJSONDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := values(4, rapid.Just[any](math.Inf(1)), rapid.Just[any]("a: [")).Draw(t, "value")
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent")
		sink := NewTextSink(indent)
		hand(sink, value)
		got, err := sink.Result()
		if err != nil {
			t.Fatal(err)
		}
		if want, err := ShowJSON(value, indent); err != nil || got != want {
			t.Fatalf("the sink wrote %s, ShowJSON %s (%v)", got, want, err)
		}
	})
}

// hand hands a value to a sink part by part, with members in the order of their names.
func hand(to Sink, value any) {
	switch v := value.(type) {
	case nil:
		to.Null()
	case bool:
		to.Bool(v)
	case string:
		to.Text(v)
	case int64:
		to.Integer(v)
	case float64:
		to.Number(v)
	case []any:
		to.BeginArray(len(v))
		for _, item := range v {
			hand(to, item)
		}
		to.EndArray()
	case map[string]any:
		to.BeginObject(len(v))
		w := writer{}
		w.sortNames(v)
		for _, name := range w.names {
			to.Name(name)
			hand(to, v[name])
		}
		to.EndObject()
	default:
		to.Other(v)
	}
}

func TestATextSinkRefusesWhatShowJSONRefuses(t *testing.T) {
	t.Parallel()
	t.Run("a long text", func(t *testing.T) {
		t.Parallel()
		sink := NewTextSink("")
		sink.BeginArray(0)
		for range 3 {
			sink.Text(strings.Repeat("x", maxShown/2))
		}
		sink.EndArray()
		if _, err := sink.Result(); err == nil || err.Error() != "the text would have more than 64 MiB" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("deep nesting", func(t *testing.T) {
		t.Parallel()
		sink := NewTextSink("")
		for range maxDepth + 1 {
			sink.BeginArray(1)
		}
		for range maxDepth + 1 {
			sink.EndArray()
		}
		if _, err := sink.Result(); err != errTooDeep {
			t.Errorf("got %v", err)
		}
	})
}
