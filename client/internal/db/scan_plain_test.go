package db

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
)

// Values that are read from the bytes of a row are the ones that the driver reads.
func TestPlainRowsAreTheDriversRows(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	const text = `SELECT n, CAST(n AS BIGINT), CAST(n AS SMALLINT), n > 0, CAST(n AS TEXT), CAST(n AS VARCHAR), to_json(n)
		FROM (VALUES (-1), (0), (32767), (NULL)) AS numbers(n)`
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeSimpleProtocol} {
		rows, err := conn.Query(t.Context(), text, mode)
		if err != nil {
			t.Fatal(err)
		}
		row := newPlainRow(rows)
		for rows.Next() {
			var ints, wantInts [3]Int
			var truth, wantTruth Bool
			var texts, wantTexts [3]Text
			plain := row.plain([]any{&ints[0], &ints[1], &ints[2], &truth, &texts[0], &texts[1], &texts[2]})
			if err := rows.Scan(&wantInts[0], &wantInts[1], &wantInts[2], &wantTruth, &wantTexts[0], &wantTexts[1], &wantTexts[2]); err != nil {
				t.Fatal(err)
			}
			if plain != (mode == pgx.QueryExecModeCacheStatement) {
				t.Errorf("mode %v: read here: %v", mode, plain)
			}
			if plain && (ints != wantInts || truth != wantTruth || texts != wantTexts) {
				t.Errorf("%v, %v, %v, want %v, %v, %v", ints, truth, texts, wantInts, wantTruth, wantTexts)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// A row with a variable or a column of another kind is scanned by the driver.
func TestOtherRowsAreScannedByTheDriver(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	rows, err := conn.Query(t.Context(), "SELECT 7, 'name', 1.5::float8 FROM generate_series(1, 2)")
	if err != nil {
		t.Fatal(err)
	}
	row, count := newPlainRow(rows), 0
	for ; rows.Next(); count++ {
		var number Int
		var name string
		var f Float
		if err := row.Scan(&number, &name, &f); err != nil || number.Int64 != 7 || name != "name" || f.Float64 != 1.5 {
			t.Errorf("%v, %q, %v: %v", number, name, f, err)
		}
	}
	if count != 2 {
		t.Errorf("%d rows", count)
	}
}
