package query

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

// Lists are the same JSON values as encoding/json writes.
func TestListsAsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(0, 4).Draw(t, "count")
		texts, optional, numbers, odd := make([]string, count), make([]*string, count), make([]int64, count), make([]float64, count)
		rows := make([][]any, count)
		for i := range count {
			texts[i] = rapid.OneOf(rapid.StringMatching(`[ -~]{0,5}`), rapid.String()).Draw(t, "text")
			if rapid.Bool().Draw(t, "set") {
				optional[i] = &texts[i]
			}
			numbers[i], odd[i] = rapid.Int64().Draw(t, "number"), rapid.Float64().Draw(t, "odd")
			rows[i] = []any{texts[i], optional[i], numbers[i], odd[i]}
		}
		same(t, rows)(param{names: []string{"a", "b", "c", "d"}}.jsonRows(Args{"a": texts, "b": optional, "c": numbers, "d": odd}))
		same(t, texts)(jsonText(texts))
		same(t, optional)(jsonText(optional))
		same(t, numbers)(jsonText(numbers))
	})
	if text, err := jsonText([]string(nil)); text != "[]" || err != nil {
		t.Errorf("no list is %s, %v", text, err)
	}
}

// same fails if a text is not the JSON of a value.
func same(t *rapid.T, value any) func(got any, err error) {
	return func(got any, err error) {
		want, _ := json.Marshal(value)
		var a, b any
		if err != nil || json.Unmarshal([]byte(got.(string)), &a) != nil || json.Unmarshal(want, &b) != nil {
			t.Fatalf("%v, %v", got, err)
		}
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			t.Fatalf("%s, want %s", x, y)
		}
	}
}
