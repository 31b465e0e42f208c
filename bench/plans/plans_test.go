package plans

import (
	"fmt"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// fleet makes a database of so many workflows, which nobody analyses.
func fleet(t *testing.T, count int, split bool) (url string, at time.Time) {
	t.Helper()
	database, err := databases.NewPostgres(t.Context(), pgtest.NewDatabase(t))
	if err == nil && split {
		err = database.Divide(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	at = time.Now()
	if err := database.Fill(t.Context(), count); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d workflows took %v", count, time.Since(at))
	return database.URL, at
}

func plansOf(t *testing.T, count int, split bool) []Plan {
	t.Helper()
	url, at := fleet(t, count, split)
	plans, err := Of(t.Context(), url, at)
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

// The million is for `make plans`: it takes minutes to make.
func TestPlansDoNotDependOnTheSize(t *testing.T) {
	t.Parallel()
	for _, split := range []bool{false, true} {
		t.Run(fmt.Sprintf("split=%v", split), func(t *testing.T) {
			t.Parallel()
			small, large := plansOf(t, 10_000, split), plansOf(t, 30_000, split)
			for _, p := range append(small, large...) {
				if tables := p.Whole(); len(tables) > 0 {
					t.Errorf("%s reads all of %v, statement %d:\n%s\n%s%s", p.Operation, tables, p.Number, p.SQL, p.First, p.Later)
				}
			}
			for _, difference := range Differences(small, large) {
				t.Errorf("the plans differ: %s", difference)
			}
		})
	}
}
