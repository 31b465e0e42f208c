package worker

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A naiveLot answers the questions of a parkingLot by walking all runs.
type naiveLot struct {
	runs  map[string]parked
	ended map[string]bool
}

func (n *naiveLot) wake(now int64, arrived map[watch]bool) {
	for id, p := range n.runs {
		if p.until > 0 && now >= p.until || p.on.kind != 0 && arrived[p.on] {
			n.ended[id] = true
		}
	}
}

func (n *naiveLot) held(queue string, partition *string) (count int) {
	for _, p := range n.runs {
		if p.queue == queue && (partition == nil || p.partition == *partition) {
			count++
		}
	}
	return count
}

func (n *naiveLot) watched() map[watchKind][]string {
	ids := map[watchKind][]string{}
	for id, p := range n.runs {
		if p.on.kind != 0 && !n.ended[id] && !slices.Contains(ids[p.on.kind], p.on.id) {
			ids[p.on.kind] = append(ids[p.on.kind], p.on.id)
		}
	}
	for _, list := range ids {
		slices.Sort(list)
	}
	return ids
}

// A parking lot answers as one that walks all runs, whatever is parked, woken and removed.
func TestAParkingLotAnswersAsAWalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lot, naive := newParkingLot(), &naiveLot{map[string]parked{}, map[string]bool{}}
		small := rapid.IntRange(0, 5)
		name := func(label string) string { return fmt.Sprint(small.Draw(t, label)) }
		aWatch := func() watch {
			return watch{watchKind(rapid.IntRange(0, 3).Draw(t, "kind")), name("watched"), name("key")}
		}
		t.Repeat(map[string]func(*rapid.T){
			"park": func(t *rapid.T) {
				p := parked{id: name("id"), queue: name("queue"), partition: name("partition"), on: aWatch(), again: small.Draw(t, "again") == 0,
					until: int64(small.Draw(t, "until"))}
				naive.runs[p.id] = p
				naive.ended[p.id] = p.again
				lot.add(&p)
			},
			"remove": func(t *rapid.T) {
				id := name("id")
				_, found := naive.runs[id]
				delete(naive.runs, id)
				delete(naive.ended, id)
				if p := lot.remove(id); (p != nil) != found {
					t.Fatalf("%q is removed: %v, and was there: %v", id, p != nil, found)
				}
			},
			"wake": func(t *rapid.T) {
				now, arrived := int64(small.Draw(t, "now")), map[watch]bool{}
				if on := aWatch(); on.kind != 0 {
					arrived[on] = true
				}
				naive.wake(now, arrived)
				lot.wake(now, arrived)
			},
			"": func(t *rapid.T) { compareLots(t, lot, naive) },
		})
	})
}

func compareLots(t *rapid.T, lot *parkingLot, naive *naiveLot) {
	ids, more := lot.woken(100)
	maps.DeleteFunc(naive.ended, func(_ string, over bool) bool { return !over })
	if slices.Sort(ids); more || !slices.Equal(ids, slices.Sorted(maps.Keys(naive.ended))) {
		t.Fatalf("the waits of %v are over, want %v", ids, naive.ended)
	}
	if first, more := lot.woken(1); len(ids) > 1 && (len(first) != 1 || !more) {
		t.Fatalf("one of %v is %v, and more: %v", ids, first, more)
	}
	if got, want := lot.watchedIDs(), naive.watched(); !maps.EqualFunc(got, want, slices.Equal) {
		t.Fatalf("%v is watched, want %v", got, want)
	}
	for i := range 6 {
		queue, partition := fmt.Sprint(i), fmt.Sprint(5-i)
		if lot.held(queue, nil) != naive.held(queue, nil) || lot.held(queue, &partition) != naive.held(queue, &partition) {
			t.Fatalf("%d and %d runs of queue %s are held, want %d and %d", lot.held(queue, nil), lot.held(queue, &partition), queue,
				naive.held(queue, nil), naive.held(queue, &partition))
		}
	}
	var seen []string
	for range len(naive.runs) {
		seen = append(seen, lot.sample(1)...)
	}
	if slices.Sort(seen); !slices.Equal(seen, slices.Sorted(maps.Keys(naive.runs))) {
		t.Fatalf("a turn has %v, want %v", seen, naive.runs)
	}
}

// lotOf returns a lot of so many runs that wait for a time and for a message, and the runs.
func lotOf(count int) *parkingLot {
	lot := newParkingLot()
	for i := range count {
		id := fmt.Sprintf("00000000-0000-0000-0000-%012d", i)
		lot.add(&parked{id: id, queue: "q", token: "t", until: int64(1000 + i), on: watch{watchMessage, id, "topic"}})
	}
	return lot
}

// The questions of a round in which nothing happens take as much memory with ten thousand parked
// runs as with one sample of them, so nothing walks all runs.
func TestParkedRunsCostARoundNothing(t *testing.T) {
	ask := func(lot *parkingLot) float64 {
		lot.watchedIDs()
		partition := "p"
		return testing.AllocsPerRun(100, func() {
			lot.sample(sample)
			lot.watchedIDs()
			lot.wake(1, nil)
			lot.woken(10)
			lot.held("q", nil)
			lot.held("q", &partition)
		})
	}
	if few, many := ask(lotOf(sample)), ask(lotOf(20*sample)); many > few {
		t.Errorf("a round takes %v allocations with %d parked runs, and %v with %d", few, sample, many, 20*sample)
	}
}

func BenchmarkRoundWithTenThousandParkedRuns(b *testing.B) {
	lot := lotOf(10_000)
	for b.Loop() {
		lot.sample(sample)
		lot.watchedIDs()
		lot.wake(1, nil)
		lot.woken(10)
		lot.held("q", nil)
	}
}
