package declare_test

import (
	"context"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func TestEachKindHasItsWords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, kind := range declare.FuncKinds() {
		if seen[kind.String()] || seen[kind.Sentence()] || kind.String() == "" || kind.Sentence() == "" {
			t.Errorf("kind %d is %q: %q", kind, kind, kind.Sentence())
		}
		seen[kind.String()], seen[kind.Sentence()] = true, true
	}
	if len(seen) != 8 || declare.NoKind.Sentence() != "" || seen[declare.NoKind.String()] {
		t.Errorf("the kinds are %v", seen)
	}
}

// A place is in the database of the run or in another one.
type place struct{ other bool }

func (p place) Foreign() bool { return p.other }

func TestAChangeOfAnotherDatabaseIsOutside(t *testing.T) {
	t.Parallel()
	plain := declare.Do("go", "Goes.", func(context.Context, declare.None) error { return nil })
	changes, reads := plain.Changes(), plain.Reads()
	if plain.Kind != declare.NoKind || changes.Kind != declare.Changes || plain.Pure().Kind != declare.Pure || plain.Outside().Kind != declare.Outside {
		t.Error("a method that declares a kind has set another one, or changed the declaration that it was called on")
	}
	for _, c := range []struct {
		f        declare.Func
		receiver any
		want     declare.FuncKind
	}{
		{changes, nil, declare.Changes}, {changes, place{}, declare.Changes}, {changes, place{other: true}, declare.Outside},
		{reads, nil, declare.Reads}, {reads, place{other: true}, declare.Reads},
	} {
		if got := c.f.KindOn(c.receiver); got != c.want {
			t.Errorf("%s on %+v is %s, want %s", c.f.Kind, c.receiver, got, c.want)
		}
	}
}
