package store_test

import (
	"errors"
	"slices"
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
		stored := b.Clock.Now()
		nightly := store.Source{Hash: "h2", Name: "nightly.lua", Text: "print('zwei')", CreatedBy: "ann"}
		first := store.Source{Hash: "h1", Name: "a.lua", Text: "print(1)\n-- ü", CreatedBy: "bob"}
		if added, err := s.AddSources(t.Context(), nightly, first, nightly); added != 2 || err != nil {
			t.Fatalf("%d are new: %v", added, err)
		}
		b.Clock.Advance(time.Hour)
		later := store.Source{Hash: "h3", Name: "c.lua", Text: "", CreatedBy: "ann"}
		if added, err := s.AddSources(t.Context(), store.Source{Hash: "h1", Name: "b.lua", Text: "print(1)", CreatedBy: "eve"}, later); added != 1 || err != nil {
			t.Fatalf("%d are new: %v", added, err)
		}
		nightly.CreatedAt, first.CreatedAt, later.CreatedAt = stored, stored, b.Clock.Now()
		sources, err := s.Sources(t.Context(), "h2", "unknown", "h1")
		must(t, err)
		expectSources(t, sources, first, nightly)
		all, err := s.ListSources(t.Context())
		must(t, err)
		first.Text, nightly.Text = "", ""
		expectSources(t, all, later, first, nightly)
		if deleted, err := s.DeleteSources(t.Context(), "h1", "h3", "unknown"); deleted != 2 || err != nil {
			t.Errorf("%d were deleted: %v", deleted, err)
		}
		all, err = s.ListSources(t.Context())
		must(t, err)
		expectSources(t, all, nightly)
	})
}

func expectSources(t *testing.T, got []store.Source, want ...store.Source) {
	t.Helper()
	same := func(a, b store.Source) bool {
		at := a.CreatedAt.Equal(b.CreatedAt)
		a.CreatedAt, b.CreatedAt = time.Time{}, time.Time{}
		return at && a == b
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("the sources are %+v, want %+v", got, want)
	}
}

// A source that cannot be stored is refused with the others of its call.
func TestASourceThatLacksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		s := opened(t, b)
		good := store.Source{Hash: "h", Name: "a.lua", Text: "x = 1", CreatedBy: "ann"}
		const unreadable = `the source "i" of "a.lua" cannot be stored: a text of it is not valid UTF-8, or has a NUL`
		for _, test := range []struct {
			want string
			bad  store.Source
		}{
			{`the source of "a.lua" has no hash`, store.Source{Name: "a.lua", CreatedBy: "ann"}},
			{`the source "i" has no name`, store.Source{Hash: "i", CreatedBy: "ann"}},
			{`the source "i" of "a.lua" does not say who stores it`, store.Source{Hash: "i", Name: "a.lua"}},
			{unreadable, store.Source{Hash: "i", Name: "a.lua", Text: "\x00", CreatedBy: "ann"}},
			{unreadable, store.Source{Hash: "i", Name: "a.lua", Text: "\xff", CreatedBy: "ann"}},
		} {
			if _, err := s.AddSources(t.Context(), good, test.bad); err == nil || err.Error() != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
		}
		if all, err := s.ListSources(t.Context()); len(all) > 0 || err != nil {
			t.Errorf("stored are %v: %v", all, err)
		}
		if added, err := s.AddSources(t.Context()); added != 0 || err != nil {
			t.Errorf("none: %d, %v", added, err)
		}
	})
}

func TestAPolicyIsReplaced(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		s := opened(t, b)
		must(t, s.SetPolicies(t.Context(), store.Policy{ScheduleName: "nightly", Text: `{"overlap":"skip"}`, UpdatedBy: "ann"},
			store.Policy{ScheduleName: "hourly", Text: `{"missed":"run_all"}`, UpdatedBy: "ann"}))
		set := b.Clock.Now()
		b.Clock.Advance(time.Minute)
		must(t, s.SetPolicies(t.Context(), store.Policy{ScheduleName: "nightly", Text: `{"overlap":"queue"}`, UpdatedBy: "bob"}))
		policies, err := s.Policies(t.Context())
		must(t, err)
		if len(policies) != 2 || policies[0].ScheduleName != "hourly" || policies[0].UpdatedBy != "ann" || !policies[0].UpdatedAt.Equal(set) ||
			policies[1].Text != `{"overlap":"queue"}` || policies[1].UpdatedBy != "bob" || !policies[1].UpdatedAt.Equal(b.Clock.Now()) {
			t.Errorf("the policies are %v", policies)
		}
		for _, want := range []int64{1, 0} {
			if deleted, err := s.DeletePolicies(t.Context(), "nightly", "unknown"); deleted != want || err != nil {
				t.Errorf("deleted: %v, %v", deleted, err)
			}
		}
		if left, err := s.Policies(t.Context()); err != nil || len(left) != 1 {
			t.Errorf("left are %v, %v", left, err)
		}
	})
}

// A policy that cannot be stored is refused with the others of its call.
func TestAPolicyThatLacksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		s := opened(t, b)
		good := store.Policy{ScheduleName: "nightly", Text: "{}", UpdatedBy: "ann"}
		for want, bad := range map[string]store.Policy{
			`the policy {} names no schedule`:                   {Text: "{}", UpdatedBy: "ann"},
			`the policy of "hourly" does not say who stores it`: {ScheduleName: "hourly", Text: "{}"},
			`the policy of "hourly" is no JSON: overlap = skip`: {ScheduleName: "hourly", Text: "overlap = skip", UpdatedBy: "ann"},
			`the schedule "nightly" has two policies`:           {ScheduleName: "nightly", Text: "[]", UpdatedBy: "ann"},
		} {
			if err := s.SetPolicies(t.Context(), good, bad); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		if all, err := s.Policies(t.Context()); len(all) > 0 || err != nil {
			t.Errorf("stored are %v: %v", all, err)
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
