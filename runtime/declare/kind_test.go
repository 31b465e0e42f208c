package declare_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A kind that is added needs its words, or must be made of others.
func TestEveryKindHasItsWords(t *testing.T) {
	t.Parallel()
	composed := map[declare.Kind]bool{declare.KindInvalid: true, declare.KindList: true, declare.KindMap: true, declare.KindStruct: true,
		declare.KindObject: true, declare.KindIterator: true}
	seen := map[string]bool{}
	for kind := declare.KindInvalid; kind <= declare.KindItem; kind++ {
		name := kind.Name()
		if composed[kind] {
			if kind.Annotation(false) != "any" || kind.Annotation(true) != "any" || kind.Scalar() || name != "data" {
				t.Errorf("kind %d is %q, %q", kind, name, kind.Annotation(false))
			}
			continue
		}
		if name == "" || seen[name] || kind.Annotation(false) == "" || kind.Annotation(true) == "" {
			t.Errorf("kind %d is %q, %q, %q", kind, name, kind.Annotation(false), kind.Annotation(true))
		}
		seen[name] = true
	}
	if declare.KindTime.Annotation(false) != "dbos.when" || declare.KindTime.Annotation(true) != "dbos.Time" || declare.KindDuration.Annotation(true) != "number" {
		t.Error("a time or a duration has the same annotation as argument and as result")
	}
}
