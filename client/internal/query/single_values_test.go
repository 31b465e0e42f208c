package query

import (
	"reflect"
	"testing"
)

const upsert = `INSERT INTO {t} (id, n) SELECT new.id, new.n FROM {rows new id:TEXT=:ids n:BIGINT=:numbers} WHERE {in new.id :kept} AND :ids_of = ''`

func TestListsOfOneValueAreValues(t *testing.T) {
	t.Parallel()
	none, n := (*string)(nil), "7"
	for _, c := range []struct {
		name    string
		dialect Dialect
		args    Args
		sql     string
		values  []any
	}{
		{
			"both", Postgres, Args{"ids": []string{"a"}, "numbers": []int64{1}, "kept": []string{"b"}, "ids_of": ""},
			`INSERT INTO "s".t (id, n) SELECT new.id, new.n FROM (SELECT CAST($1 AS TEXT) AS id, CAST($2 AS BIGINT) AS n) AS new WHERE new.id = CAST($3 AS TEXT) AND $4 = ''`,
			[]any{"a", int64(1), "b", ""},
		},
		{
			"rows on SQLite", SQLite, Args{"ids": []*string{none}, "numbers": []*string{&n}, "kept": []string{}, "ids_of": ""},
			`INSERT INTO t (id, n) SELECT new.id, new.n FROM (SELECT CAST(?1 AS TEXT) AS id, CAST(?2 AS BIGINT) AS n) AS new WHERE new.id IN (SELECT value FROM json_each(?3)) AND ?4 = ''`,
			[]any{none, &n, "[]", ""},
		},
		{
			"neither", Postgres, Args{"ids": []string{"a", "b"}, "numbers": []int64{1, 2}, "kept": []string{"b", "c"}, "ids_of": ""},
			`INSERT INTO "s".t (id, n) SELECT new.id, new.n FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS BIGINT[])) AS new(id, n) WHERE new.id = ANY(CAST($3 AS TEXT[])) AND $4 = ''`,
			[]any{[]string{"a", "b"}, []int64{1, 2}, []string{"b", "c"}, ""},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			target := Target{Dialect: c.dialect, Schema: "s"}
			text, err := Compile(upsert, target)
			if err == nil {
				text, err = CompileFor(upsert, target, text.SingleValues(c.args))
			}
			if err != nil || text.SQL != c.sql {
				t.Fatalf("got  %s (%v)\nwant %s", text.SQL, err, c.sql)
			}
			values, err := text.Bind(c.args, c.dialect)
			if err != nil || !reflect.DeepEqual(values, c.values) {
				t.Errorf("values %#v (%v), want %#v", values, err, c.values)
			}
		})
	}
}

// A list that stands in two places, one of them beside a longer list, is one value in one of them
// only.
func TestRowsNeedAllListsToBeOfOneValue(t *testing.T) {
	t.Parallel()
	const text = `SELECT 1 FROM {rows a x:TEXT=:xs y:TEXT=:ys} WHERE {in a.x :xs}`
	args := Args{"xs": []string{"a"}, "ys": []string{"b", "c"}}
	compiled, err := Compile(text, Target{})
	if err == nil {
		compiled, err = CompileFor(text, Target{}, compiled.SingleValues(args))
	}
	want := `SELECT 1 FROM unnest(CAST($1 AS TEXT[]), CAST($2 AS TEXT[])) AS a(x, y) WHERE a.x = CAST($3 AS TEXT)`
	if err != nil || compiled.SQL != want {
		t.Fatalf("got  %s (%v)\nwant %s", compiled.SQL, err, want)
	}
	values, err := compiled.Bind(args, Postgres)
	if want := []any{[]string{"a"}, []string{"b", "c"}, "a"}; err != nil || !reflect.DeepEqual(values, want) {
		t.Errorf("values %#v (%v), want %#v", values, err, want)
	}
}
