package trail

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
)

// logged is a log of two runs on two databases, the second of which names 2,500 workflows.
func logged(t *testing.T) Host {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	place := func() (string, error) { return path, nil }
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Minute); return now }
	write := func(run, user string, changes ...audit.Change) {
		log := audit.New(place, func() audit.Run { return audit.Run{ID: run, User: user} }, clock, audit.Mask)
		for _, c := range changes {
			entry, err := log.Begin(c)
			if err != nil {
				t.Fatal(err)
			}
			entry.Keep([]audit.Before{{Queue: "mails", At: []int{1, len(c.IDs)}}})
			if err := entry.End(audit.Done, c.IDs, int64(len(c.IDs)), nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := log.Close("success", 0); err != nil {
			t.Fatal(err)
		}
	}
	many := make([]string, 2500)
	for i := range many {
		many[i] = fmt.Sprint("w", i)
	}
	write("r1", "ann",
		audit.Change{Database: "one", Operation: "cancel_workflows", Subject: "workflow", IDs: []string{"a", "b"}},
		audit.Change{Database: "two", Operation: "pause_queue", Subject: "queue", IDs: []string{"orders"}})
	write("r2", "bob", audit.Change{Database: "one", Operation: "move_queue", Subject: "workflow", IDs: many, Queue: "slow", To: "slow"})
	return Host{Path: place, Database: "one"}
}

func TestEachOptionSelectsChanges(t *testing.T) {
	t.Parallel()
	host := logged(t)
	for _, test := range []struct {
		name  string
		query Query
		want  []string
	}{
		{"all", Query{}, []string{"cancel_workflows", "move_queue"}},
		{"everywhere", Query{Everywhere: true}, []string{"cancel_workflows", "pause_queue", "move_queue"}},
		{"run", Query{RunID: "r2"}, []string{"move_queue"}},
		{"last", Query{RunID: "last"}, []string{"move_queue"}},
		{"user", Query{User: "ann"}, []string{"cancel_workflows"}},
		{"operation", Query{Operation: []string{"move_queue", "hold"}}, []string{"move_queue"}},
		{"workflow", Query{WorkflowID: []string{"b"}}, []string{"cancel_workflows"}},
		{"workflow behind the first thousand", Query{WorkflowID: []string{"w2400"}}, []string{"move_queue"}},
		{"unknown workflow", Query{WorkflowID: []string{"w2500"}}, nil},
		{"queue to which it goes", Query{QueueName: []string{"slow"}}, []string{"move_queue"}},
		{"queue it was on", Query{QueueName: []string{"mails"}}, []string{"cancel_workflows", "move_queue"}},
		{"queue itself", Query{QueueName: []string{"orders"}, Everywhere: true}, []string{"pause_queue"}},
		{"start", Query{StartTime: time.Date(2026, 3, 2, 10, 6, 0, 0, time.UTC)}, []string{"move_queue"}},
		{"end", Query{EndTime: time.Date(2026, 3, 2, 10, 6, 0, 0, time.UTC)}, []string{"cancel_workflows"}},
		{"limit", Query{Limit: 1}, []string{"move_queue"}},
	} {
		found, err := host.changes(test.query)
		var got []string
		for _, c := range found {
			got = append(got, c.Operation)
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, %v, want %v", test.name, got, err, test.want)
		}
	}
	if _, err := host.changes(Query{RunID: "r3"}); err == nil {
		t.Error("a run that is not there is no error")
	}
}

func TestAllIDsAreReadIfWanted(t *testing.T) {
	t.Parallel()
	host := logged(t)
	for all, want := range map[bool]int{true: 2500, false: 1000} {
		found, err := host.changes(Query{RunID: "r2", LoadIDs: all})
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		c := found[0]
		if len(c.IDs) != want || len(c.Before) != 1 || len(c.Before[0].IDs) != want || c.Before[0].Count != 2500 || c.IDs[want-1] != fmt.Sprint("w", want-1) {
			t.Errorf("%d ids, %d before, last %s", len(c.IDs), len(c.Before[0].IDs), c.IDs[len(c.IDs)-1])
		}
		if c.Time.Minute() >= 10 || c.Undo != "move_queue" || *c.Changed != 2500 || c.Outcome != audit.Done {
			t.Errorf("%+v", c)
		}
	}
}
