package raw

import (
	"context"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

// finding measures something that reports how many items it was about.
func finding(do func() (int, error)) (task.Finding, error) {
	items := 0
	seconds, err := task.Timed(func() (err error) {
		items, err = do()
		return err
	})
	return task.Finding{Seconds: seconds, Items: items}, err
}

func exactly(wanted, found int, err error) (int, error) {
	if err == nil && found != wanted {
		err = fmt.Errorf("%d rows instead of %d", found, wanted)
	}
	return found, err
}

// pages reads one page after the other. next is called with the size of the page and the number
// of rows read before.
func pages(t task.Task, next func(size, before int) (int, error)) (int, error) {
	total := 0
	for total < t.Count {
		found, err := next(min(t.Page, t.Count-total), total)
		if err != nil || found == 0 {
			return exactly(t.Count, total, err)
		}
		total += found
	}
	return exactly(t.Count, total, nil)
}

// outcomes calls use with each of the workflows that has ended.
type outcomes func(ctx context.Context, ids []string, use func(id string)) error

func allEnded(ctx context.Context, t task.Task, look outcomes) (int, error) {
	found := 0
	err := look(ctx, t.IDs(t.Count), func(string) { found++ })
	return exactly(t.Count, found, err)
}

// interval is how often a person looks who would call that prompt.
const interval = 10 * time.Millisecond

// watched looks until all have ended.
func watched(ctx context.Context, t task.Task, look outcomes) (task.Finding, error) {
	found, ids, seen := task.Finding{Items: t.Count}, t.IDs(t.Count), map[string]float64{}
	note := func(id string) {
		if _, before := seen[id]; !before {
			seen[id] = task.Now()
		}
	}
	err := announce(0)
	for err == nil && len(seen) < len(ids) {
		err = look(ctx, ids, note)
		time.Sleep(interval)
	}
	for _, id := range ids {
		found.Seen = append(found.Seen, seen[id])
	}
	return found, err
}

// ticks are the ids and inputs of a schedule that is known to fire every minute.
func ticks(t task.Task) (ids, inputs []string) {
	for tick := t.From.Truncate(time.Minute).Add(time.Minute); tick.Before(t.To); tick = tick.Add(time.Minute) {
		text := tick.UTC().Format(time.RFC3339)
		ids = append(ids, "sched-"+t.Prefix+"-"+text)
		inputs = append(inputs, `{"positionalArgs":["`+text+`",null],"namedArgs":{}}`)
	}
	return ids, inputs
}

func unknown(t task.Task) error { return fmt.Errorf("the raw program has no scenario %q", t.Scenario) }
