package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/bench/plans"
)

// comparePlans fails when a statement reads a whole table, or when its plan depends on how many
// workflows there are.
func comparePlans(ctx context.Context, o options) (err error) {
	place, err := databases.Open("")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, place.Close()) }()
	sizes := strings.Split(o.plans, ",")
	var all [][2][]plans.Plan
	var recording *plans.Recording
	for i, text := range sizes {
		size, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		var found [2][]plans.Plan
		found, recording, err = plansAt(ctx, place, size, recording, i == len(sizes)-1, o)
		if err != nil {
			return err
		}
		all = append(all, found)
	}
	return judgePlans(os.Stdout, sizes, all)
}

// plansAt makes a fleet of one size, with payloads in tables of their own. It returns the plans of
// a recording before the tables are analysed, and after. It makes a recording if there is none.
func plansAt(ctx context.Context, place *databases.Servers, size int, r *plans.Recording, last bool, o options) (
	found [2][]plans.Plan, _ *plans.Recording, err error) {
	database, err := place.Plain(ctx, fmt.Sprintf("plans_%d", size))
	if err != nil {
		return found, nil, err
	}
	defer database.Close()
	fmt.Fprintf(os.Stderr, "making %s workflows\n", withCommas(size))
	at := time.Now()
	if err := errors.Join(database.Divide(ctx), database.Fill(ctx, size)); err != nil {
		return found, nil, err
	}
	fmt.Fprintf(os.Stderr, "they took %v\n", time.Since(at).Round(time.Second))
	if r == nil {
		r, err = plans.Record(ctx, database.URL, at)
	} else {
		r, err = r.At(ctx, database.URL)
	}
	if err == nil && last && o.analyze != "" {
		err = measurePlans(ctx, database.URL, at, o)
	}
	for i := range found {
		if err == nil && i > 0 {
			err = plans.Analyze(ctx, database.URL)
		}
		if err == nil {
			found[i], err = r.Plans(ctx, database.URL)
		}
	}
	fmt.Fprintf(os.Stderr, "with their plans %v\n", time.Since(at).Round(time.Second))
	return found, r, err
}

func measurePlans(ctx context.Context, url string, at time.Time, o options) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(o.out, "plans.txt"))
	if err != nil {
		return err
	}
	return errors.Join(plans.Measure(ctx, url, at, o.analyze, file), file.Close())
}

func judgePlans(out io.Writer, sizes []string, all [][2][]plans.Plan) error {
	bad, statements := 0, 0
	for i, found := range all {
		for state, words := range []string{"never analysed", "analysed"} {
			statements += len(found[state])
			for _, p := range found[state] {
				if whole := p.Whole(); len(whole) > 0 {
					bad++
					fmt.Fprintf(out, "%s, statement %d, reads all of %s at %s workflows, %s:\n%s\n%s", p.Operation, p.Number, strings.Join(whole, ", "), sizes[i], words, p.SQL, p.Later)
				}
			}
			for _, difference := range plans.Differences(all[0][state], found[state]) {
				bad++
				fmt.Fprintf(out, "at %s and %s workflows, %s, the plans differ: %s", sizes[0], sizes[i], words, difference)
			}
		}
	}
	fmt.Fprintf(out, "%d plans at %s workflows, %d not as they should be\n", statements, strings.Join(sizes, " and "), bad)
	if bad > 0 {
		return errors.New("the plans are not as they should be")
	}
	return nil
}
