package declare_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// The name that a script asks help for can be as long as a string: looking it up takes neither a
// level of the Go stack for each of its dots, nor the square of its length.
func TestALongNameIsLookedUpAtOnce(t *testing.T) {
	t.Parallel()
	reg := declare.NewRegistry(declare.Module{Name: "m", Funcs: []declare.Func{declare.Do("f", "Does nothing.", func(context.Context, declare.None) error { return nil })}})
	for _, name := range []string{strings.Repeat("a.", 500_000), strings.Repeat("m", 10_000_000)} {
		if topic, found := reg.Topic(name); found {
			t.Errorf("found %s", topic.Name)
		}
		if near := declare.Suggest(name, []string{"m.f", strings.Repeat("m", 99)}); near != "" {
			t.Errorf("near is %q", near)
		}
	}
	if topic, found := reg.Topic("m.f"); !found || topic.Name != "m.f" {
		t.Errorf("m.f: %v", topic)
	}
	if topic, found := reg.Topic("time.unix"); !found || topic.Name != "time:unix" {
		t.Errorf("a method by its dot: %v", topic)
	}
}
