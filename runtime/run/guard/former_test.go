package guard

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// The groups name each changed workflow once, by its position, with its own values.
func TestGroupsHaveEachFormerValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		change := &client.Change{Keep: true, Former: []client.Former{}}
		want := map[int]client.Former{}
		for i := range rapid.IntRange(0, 60).Draw(t, "ids") {
			id := fmt.Sprint("w", i)
			change.IDs = append(change.IDs, id)
			if rapid.Bool().Draw(t, "changed") {
				f := client.Former{Priority: int64(rapid.IntRange(0, 2).Draw(t, "priority")), Held: rapid.Bool().Draw(t, "held")}
				want[i+1] = f
				f.ID = id
				change.Former = append(change.Former, f)
			}
		}
		got := map[int]client.Former{}
		for _, b := range former(change) {
			for i := 0; i < len(b.At); i += 2 {
				for at := b.At[i]; at <= b.At[i+1]; at++ {
					if _, twice := got[at]; twice {
						t.Fatalf("position %d is in two groups", at)
					}
					got[at] = client.Former{Priority: b.Priority, Held: b.Held}
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %v\nwant %v", got, want)
		}
	})
}

// Without former values the new things of a call are known if all are new, or if it reports each.
func TestNewThingsAreKnown(t *testing.T) {
	t.Parallel()
	ids := []string{"a", "b", "c"}
	some := []client.ChangeResult{{Outcome: client.OutcomeChanged}, {Outcome: client.OutcomeUnchanged}, {Outcome: client.OutcomeChanged}}
	for _, test := range []struct {
		name   string
		change client.Change
		want   []audit.Before
	}{
		{"all", client.Change{Keep: true, New: true, IDs: ids, Changed: 3}, []audit.Before{{At: []int{1, 3}}}},
		{"some", client.Change{Keep: true, New: true, IDs: ids, Changed: 2, Results: some}, []audit.Before{{At: []int{1, 1, 3, 3}}}},
		{"not known", client.Change{Keep: true, New: true, IDs: ids, Changed: 2}, nil},
		{"a queue", client.Change{Keep: true, Of: client.Queues, IDs: ids[:1], Changed: 1}, []audit.Before{{At: []int{1, 1}}}},
		{"a queue as it was", client.Change{Keep: true, Of: client.Queues, IDs: ids[:1]}, nil},
		{"nobody asks", client.Change{New: true, IDs: ids, Changed: 3}, nil},
	} {
		if got := former(&test.change); !slices.EqualFunc(got, test.want, func(a, b audit.Before) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
