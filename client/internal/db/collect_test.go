package db

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// faulty is a backend that returns the rows of each statement, and then fails with its errors in
// turn.
type faulty struct {
	rows   []string
	errors []error
	runs   int
}

func (f *faulty) run(_ context.Context, list boundBatch, _ bool) error {
	f.runs++
	for _, s := range list.statements {
		for _, row := range f.rows {
			if err := s.scan(textRow(fmt.Sprintf("%s of run %d", row, f.runs))); err != nil {
				return err
			}
		}
	}
	if f.runs <= len(f.errors) {
		return f.errors[f.runs-1]
	}
	return nil
}

func (f *faulty) begin(context.Context, boundBatch) (openConnection, error) {
	return nil, errors.ErrUnsupported
}
func (f *faulty) script(context.Context, []string) error { return nil }
func (f *faulty) snapshot(context.Context, func(func(boundBatch) error) error) error {
	return errors.ErrUnsupported
}
func (f *faulty) dialect() query.Dialect { return query.SQLite }
func (f *faulty) stale()                 {}
func (f *faulty) lost()                  {}
func (f *faulty) close()                 {}

type textRow string

func (r textRow) Scan(dest ...any) error {
	*dest[0].(*string) = string(r)
	return nil
}

func faultyDB(errors ...error) *DB {
	return &DB{backend: &faulty{rows: []string{"a", "b"}, errors: errors}, logger: quiet(), retry: hasty(time.Minute),
		target: query.Target{Dialect: query.SQLite, Has: func(string) bool { return true }}, done: make(chan struct{})}
}

// The rows of attempts that failed are not among those of the one that succeeded.
func TestCollectorsForgetEarlierAttempts(t *testing.T) {
	t.Parallel()
	var list []string
	var set map[string]bool
	var lengths map[string]int
	var exists bool
	var last, joined, one string
	err := faultyDB(errBusy, errLost).Run(t.Context(), func(b *Batch) {
		Texts(b, &list, "SELECT 1", query.Args{})
		Set(b, &set, "SELECT 2", query.Args{})
		Map(b, &lengths, "SELECT 3", query.Args{}, func(row Row) (key string, length int, err error) {
			err = row.Scan(&key)
			return key, len(key), err
		})
		Exists(b, &exists, "SELECT 4", query.Args{})
		Scalar(b, &last, "SELECT 5", query.Args{})
		Fold(b, &joined, "SELECT 6", query.Args{}, func(joined *string, row Row) error {
			var text string
			err := row.Scan(&text)
			*joined += text + ";"
			return err
		})
		One(b, &one, "SELECT 7", query.Args{}, func(row Row) (text string, err error) {
			err = row.Scan(&text)
			return text, err
		})
	})
	want := []string{"a of run 3", "b of run 3"}
	if err != nil || !slices.Equal(list, want) || !slices.Equal(slices.Sorted(maps.Keys(set)), want) ||
		!maps.Equal(lengths, map[string]int{want[0]: 10, want[1]: 10}) || !exists {
		t.Errorf("%v: list %v, set %v, map %v, exists %v", err, list, set, lengths, exists)
	}
	if last != want[1] || joined != want[0]+";"+want[1]+";" || one != want[1] {
		t.Errorf("last %q, joined %q, one %q", last, joined, one)
	}
}

// A value that an attempt has read is gone if the next attempt finds no row.
func TestACollectorOfOneRowForgetsIt(t *testing.T) {
	t.Parallel()
	f := &faulty{rows: []string{"a"}, errors: []error{errBusy}}
	d := faultyDB()
	d.backend = f
	var scalar, one string
	err := d.Run(t.Context(), func(b *Batch) {
		if b.Attempt().Again() {
			f.rows = nil
		}
		Scalar(b, &scalar, "SELECT 1", query.Args{})
		One(b, &one, "SELECT 2", query.Args{}, func(row Row) (text string, err error) {
			err = row.Scan(&text)
			return text, err
		})
	})
	if err != nil || scalar != "" || one != "" {
		t.Errorf("%v: %q and %q are left of the first attempt", err, scalar, one)
	}
}

func TestABatchKnowsItsAttempt(t *testing.T) {
	t.Parallel()
	var attempts []Attempt
	err := faultyDB(errBusy, errRefusal, errLost, errBusy).Run(t.Context(), func(b *Batch) { attempts = append(attempts, b.Attempt()) })
	want := []Attempt{{}}
	if err != nil || !slices.Equal(attempts, want) {
		t.Errorf("a batch without statements is tried %v: %v", attempts, err)
	}
	attempts = nil
	err = faultyDB(errBusy, errRefusal, errLost, errBusy).Run(t.Context(), func(b *Batch) {
		attempts = append(attempts, b.Attempt())
		b.Query("SELECT 1", query.Args{}, func(Row) error { return nil })
	})
	want = []Attempt{{}, {Number: 1}, {Number: 2}, {3, true}, {4, true}}
	if err != nil || !slices.Equal(attempts, want) {
		t.Errorf("the attempts are %v: %v", attempts, err)
	}
}
