package plans

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

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

// plansOf returns the plans on a fleet that was never analysed, and on the same one analysed.
func plansOf(t *testing.T, count int, split bool) [2][]Plan {
	t.Helper()
	url, at := fleet(t, count, split)
	var plans [2][]Plan
	for i := range plans {
		r, err := Record(t.Context(), url, at)
		if err == nil {
			plans[i], err = r.Plans(t.Context(), url)
		}
		if err == nil && i == 0 {
			err = errors.Join(readEveryRow(t.Context(), url), Analyze(t.Context(), url))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return plans
}

// readEveryRow lets ANALYZE read every row of these small tables. With its sample, chance decides
// whether it meets one of the few rows with a deduplication id, and a plan may follow from that.
func readEveryRow(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_statistics_target = 10000', current_database()); END $$`)
	return err
}

// The million is for `make plans`: it takes minutes to make.
func TestPlansDoNotDependOnTheSize(t *testing.T) {
	t.Parallel()
	for _, split := range []bool{false, true} {
		t.Run(fmt.Sprintf("split=%v", split), func(t *testing.T) {
			t.Parallel()
			small, large := plansOf(t, 10_000, split), plansOf(t, 30_000, split)
			for i, analysed := range []bool{false, true} {
				for _, p := range slices.Concat(small[i], large[i]) {
					if tables := p.Whole(); len(tables) > 0 {
						t.Errorf("%s reads all of %v, analysed %v, statement %d:\n%s\n%s%s", p.Operation, tables, analysed, p.Number, p.SQL, p.First, p.Later)
					}
				}
				for _, difference := range Differences(small[i], large[i]) {
					t.Errorf("the plans differ, analysed %v: %s", analysed, difference)
				}
			}
		})
	}
}

// Compiling a plan takes longer than most queries, and Postgres does it for what it takes for dear.
// With the statistics of a hundred million workflows, whatever grows with the tables is.
func TestPostgresCompilesNoStatement(t *testing.T) {
	t.Parallel()
	url, at := fleet(t, 10_000, true)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, text := range []string{
		"ANALYZE",
		"UPDATE pg_catalog.pg_class SET reltuples = reltuples * 10000 WHERE relnamespace = 'dbos'::regnamespace AND reltuples > 1000",
	} {
		if _, err := conn.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	scan, err := explain(t.Context(), conn, statement{sql: "SELECT COUNT(*) FROM dbos.workflow_status WHERE name = 'x'"})
	if err != nil || scan.First.Cost < jitAboveCost {
		t.Fatalf("a scan of the whole table costs %v: %v", scan, err)
	}
	compiled, err := Compiled(t.Context(), url, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range compiled {
		t.Errorf("%s: a plan of cost %.0f is compiled:\n%s", d.Operation, d.Cost, d.SQL)
	}
}
