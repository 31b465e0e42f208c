package stdlib

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"
)

// The fields of an input are the words of a command line, if all of them can stand there.
func TestWordsOfAnInput(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		call WorkflowCall
		want []string
	}{
		{WorkflowCall{}, []string{}},
		{WorkflowCall{Positional: []any{"text"}}, []string{}},
		{WorkflowCall{Positional: []any{map[string]any{"since": "6h", "max_age": int64(3), "yes": true, "no_wait": false}}}, []string{"--max-age=3", "--no-no-wait", "--since=6h", "--yes"}},
		{WorkflowCall{Named: map[string]any{"ids": []any{"a", int64(2)}, "share": 0.5}}, []string{"--ids=a,2", "--share=0.5"}},
		{WorkflowCall{Named: map[string]any{"n": json.Number("1e400"), "b": big.NewInt(7)}}, []string{"--b=7", "--n=1e400"}},
		{WorkflowCall{Positional: []any{map[string]any{"a": "x", "deep": map[string]any{}}}}, []string{}},
		{WorkflowCall{Positional: []any{map[string]any{"list": []any{map[string]any{}}}}}, []string{}},
		{WorkflowCall{Positional: []any{map[string]any{"nothing": nil}}}, []string{}},
		{WorkflowCall{Positional: []any{int64(1)}, Named: map[string]any{"a": "x"}}, []string{}},
	} {
		if got := test.call.Words(); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %q, want %q", test.call, got, test.want)
		}
	}
}
