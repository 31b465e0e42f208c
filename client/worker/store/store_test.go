package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/client/worker/store"
)

func opened(t *testing.T, b clienttest.Backend) *store.Store {
	t.Helper()
	b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
	s, err := store.Open(t.Context(), b.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A hash keeps its first text, because runs that began with it go on with it.
func TestASourceKeepsItsText(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		s := opened(t, b)
		must(t, s.AddSource(t.Context(), "h2", "nightly.lua", "print('zwei')"))
		must(t, s.AddSource(t.Context(), "h1", "a.lua", "print(1)\n-- ü"))
		b.Clock.Advance(time.Hour)
		must(t, s.AddSource(t.Context(), "h1", "b.lua", "print(1)"))
		sources, err := s.Sources(t.Context(), "h2", "unknown", "h1")
		must(t, err)
		stored := b.Clock.Now().Add(-time.Hour)
		want := []store.Source{{Hash: "h1", Name: "a.lua", Text: "print(1)\n-- ü", CreatedAt: stored}, {Hash: "h2", Name: "nightly.lua", Text: "print('zwei')", CreatedAt: stored}}
		if len(sources) != 2 || !sources[0].CreatedAt.Equal(stored) || sources[0].Text != want[0].Text || sources[0].Name != want[0].Name || sources[1].Text != want[1].Text {
			t.Errorf("the sources are %v, want %v", sources, want)
		}
	})
}

func TestAPolicyIsReplaced(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		s := opened(t, b)
		must(t, s.SetPolicy(t.Context(), "nightly", `{"overlap":"skip"}`))
		must(t, s.SetPolicy(t.Context(), "hourly", `{"missed":"run_all"}`))
		b.Clock.Advance(time.Minute)
		must(t, s.SetPolicy(t.Context(), "nightly", `{"overlap":"queue"}`))
		policies, err := s.Policies(t.Context())
		must(t, err)
		if len(policies) != 2 || policies[0].ScheduleName != "hourly" || policies[1].Text != `{"overlap":"queue"}` || !policies[1].UpdatedAt.Equal(b.Clock.Now()) {
			t.Errorf("the policies are %v", policies)
		}
		for _, want := range []bool{true, false} {
			if deleted, err := s.DeletePolicy(t.Context(), "nightly"); deleted != want || err != nil {
				t.Errorf("deleted: %v, %v", deleted, err)
			}
		}
		if left, err := s.Policies(t.Context()); err != nil || len(left) != 1 {
			t.Errorf("left are %v, %v", left, err)
		}
	})
}

func TestWithoutTablesThereIsNoStore(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if _, err := store.Open(t.Context(), b.Config()); !errors.Is(err, worker.ErrNoRunTables) {
			t.Errorf("opened: %v", err)
		}
	})
}
