package bindings

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// ordered is a client whose workflows stand in a list, oldest first.
type ordered struct {
	client.Client
	rows []client.WorkflowStatus
	read int
}

func (o *ordered) Workflows(opts ...client.ListWorkflowsOption) iter.Seq2[client.WorkflowStatus, error] {
	var options client.ListWorkflowsOptions
	for _, set := range opts {
		set(&options)
	}
	rows := slices.Clone(o.rows)
	if options.SortDesc {
		slices.Reverse(rows)
	}
	return func(yield func(client.WorkflowStatus, error) bool) {
		for _, w := range rows {
			if w.CreatedAt.Before(options.CreatedAfter) || !options.CreatedBefore.IsZero() && w.CreatedAt.After(options.CreatedBefore) {
				continue
			}
			o.read++
			if !yield(w, nil) {
				return
			}
		}
	}
}

func (o *ordered) WorkflowIDs(opts ...client.ListWorkflowsOption) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for w := range o.Workflows(opts...) {
			if !yield(w.ID, nil) {
				return
			}
		}
	}
}

// A walk goes on behind the workflows that it has yielded, although several have one time.
func TestAWalkGoesOnBehindWhatItHasYielded(t *testing.T) {
	t.Parallel()
	o := &ordered{}
	for i := range 12 {
		o.rows = append(o.rows, client.WorkflowStatus{ID: fmt.Sprint("w", i), CreatedAt: time.UnixMilli(int64(1000 + i/3))})
	}
	for _, descending := range []bool{false, true} {
		for limit := range 13 {
			whole := idsOf(walkAfter(o, client.ListWorkflowsOptions{SortDesc: descending}, nil))[:limit]
			for given := range limit + 1 {
				var before []any
				for i := range given {
					w := o.rows[slices.IndexFunc(o.rows, func(w client.WorkflowStatus) bool { return w.ID == whole[i] })]
					before = append(before, &w)
				}
				o.read = 0
				rest := idsOf(walkAfter(o, client.ListWorkflowsOptions{SortDesc: descending, Limit: &limit}, before))
				if given == 0 {
					rest = rest[:min(limit, len(rest))] // the client of the test knows no limit
				}
				if !slices.Equal(rest, whole[given:]) {
					t.Errorf("descending %v, behind %d of %d: %v, not %v", descending, given, limit, rest, whole[given:])
				}
				if given > 3 && o.read > len(rest)+3 {
					t.Errorf("behind %d of %d it read %d rows for %d", given, limit, o.read, len(rest))
				}
			}
		}
	}
}

func idsOf(walk iter.Seq2[client.WorkflowStatus, error]) []string {
	ids := []string{}
	for w := range walk {
		ids = append(ids, w.ID)
	}
	return ids
}

// Batches go on with the ids that were in none, also if the first workflows match no longer.
func TestBatchesGoOnBehindWhatWasInThem(t *testing.T) {
	t.Parallel()
	o := &ordered{rows: []client.WorkflowStatus{{ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}}}
	limit := 4
	for _, test := range []struct {
		limit *int
		want  []string
	}{{nil, []string{"c", "d", "e"}}, {&limit, []string{"c", "d"}}} {
		var rest []string
		for id := range idsAfter(o, client.ListWorkflowsOptions{Limit: test.limit}, []any{[]string{"a"}, []string{"b"}}) {
			rest = append(rest, id)
		}
		if !slices.Equal(rest, test.want) {
			t.Errorf("got %v, not %v", rest, test.want)
		}
	}
}
