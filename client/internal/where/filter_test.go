package where_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

func newFilter(dialect query.Dialect) *where.Filter {
	return where.New("workflow_status", dialect, func(column string) bool { return column != "attributes" })
}

func TestAFilterWritesItsConditions(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	at := time.UnixMilli(1500)
	for _, c := range []struct {
		name string
		add  func(*where.Filter)
		sql  string
	}{
		{"nothing", func(*where.Filter) {}, ""},
		{"no list", func(f *where.Filter) { f.AnyOf("name", nil) }, ""},
		{"one", func(f *where.Filter) { f.AnyOf("name", []string{"a"}) }, "ws.name = :name"},
		{"several", func(f *where.Filter) { f.AnyOf("name", []string{"a", "b"}) }, "{in ws.name :name_list}"},
		{"a prefix", func(f *where.Filter) { f.Prefixes("name", []string{"a"}) }, "{prefix ws.name :prefixes}"},
		{"times", func(f *where.Filter) { f.Between("created_at", at, at) }, "ws.created_at >= :created_at_from AND ws.created_at <= :created_at_to"},
		{"set", func(f *where.Filter) { f.Set("forked_from", &yes); f.Set("name", &no) }, "ws.forked_from IS NOT NULL AND ws.name IS NULL"},
		{"a flag", func(f *where.Filter) { f.True("is_debounced", &no) }, "NOT ws.is_debounced"},
		{"all failed states", func(f *where.Filter) { f.States([]string{"CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}) },
			"(ws.status IN ('ERROR') OR ws.status IN ('CANCELLED') OR ws.status IN ('MAX_RECOVERY_ATTEMPTS_EXCEEDED'))"},
		{"one failed state", func(f *where.Filter) { f.States([]string{"ERROR"}) },
			"(ws.status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') AND ws.status >= 'ERROR' AND ws.status <= 'ERROR')"},
		{"two indexes", func(f *where.Filter) { f.States([]string{"DELAYED", "PENDING"}) }, "(ws.status = 'PENDING' OR ws.status = 'DELAYED')"},
		{"a state without an index", func(f *where.Filter) { f.States([]string{"ERROR", "SUCCESS"}) }, "{in ws.status :status_list}"},
		{"failed states", func(f *where.Filter) { f.States([]string{"ERROR", "CANCELLED"}) }, "(ws.status IN ('ERROR') OR ws.status IN ('CANCELLED'))"},
		{"states of ids", func(f *where.Filter) { f.Hints.FewRows = true; f.States([]string{"ERROR"}) }, "ws.status = :status"},
		{"a page", func(f *where.Filter) { f.AnyOf("name", []string{"a"}); f.WithIDs([]string{"x"}) },
			"CASE WHEN ws.name = :name THEN TRUE ELSE FALSE END AND {in ws.workflow_uuid :page}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFilter(query.Postgres)
			c.add(f)
			sql := strings.ReplaceAll(strings.TrimPrefix(f.SQL(), "\nWHERE "), "\n\tAND ", " AND ")
			if sql != c.sql || f.Nothing || f.Err != nil {
				t.Errorf("%q, want %q; nothing %v, %v", sql, c.sql, f.Nothing, f.Err)
			}
		})
	}
}

// Each state is read in the order of its index, up to the rows of the list.
func TestStatesAreMerged(t *testing.T) {
	t.Parallel()
	f := newFilter(query.Postgres)
	f.AnyOf("name", []string{"a"})
	f.States([]string{"ERROR", "CANCELLED"})
	part := func(state string, number string) string {
		return "SELECT * FROM (SELECT ws.* FROM {workflow_status} AS ws WHERE ws.status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')" +
			" AND ws.status >= '" + state + "' AND ws.status <= '" + state + "' AND ws.name = :name" +
			" ORDER BY ws.status DESC, ws.created_at DESC, ws.workflow_uuid DESC LIMIT :first) AS part" + number
	}
	want := "FROM (" + part("ERROR", "1") + " UNION ALL " + part("CANCELLED", "2") + ") AS ws"
	if sql := strings.Join(strings.Fields(f.From(true, 7)), " "); sql != want || f.Args["first"] != int64(7) {
		t.Errorf("%q of %v, want %q", sql, f.Args, want)
	}
	if sql := f.From(true, 0); strings.Contains(sql, "LIMIT") {
		t.Errorf("a list of all rows has %q", sql)
	}
}

func TestPrefixesOfFewRows(t *testing.T) {
	t.Parallel()
	f := newFilter(query.Postgres)
	f.PrefixRanges([]string{"a", "", "\U0010FFFF"})
	want := "\nWHERE (ws.workflow_uuid >= :prefix_0 AND ws.workflow_uuid < :beyond_0 OR ws.workflow_uuid >= :prefix_1)"
	if f.SQL() != want || f.Args["beyond_0"] != "b" || !f.Hints.Bitmaps || !f.Hints.FewRows {
		t.Errorf("%q of %v, want %q", f.SQL(), f.Args, want)
	}
}

func TestSQLiteRepeatsTheConditionOfTheIndex(t *testing.T) {
	t.Parallel()
	f := newFilter(query.SQLite)
	f.States([]string{"ENQUEUED"})
	if want := "\nWHERE (ws.status IN ('ENQUEUED', 'PENDING') AND ws.status IN ('ENQUEUED'))"; f.SQL() != want {
		t.Errorf("%q, want %q", f.SQL(), want)
	}
}

func TestAnEmptyListMatchesNothing(t *testing.T) {
	t.Parallel()
	for name, add := range map[string]func(*where.Filter){
		"values":   func(f *where.Filter) { f.AnyOf("name", []string{}) },
		"prefixes": func(f *where.Filter) { f.Prefixes("name", []string{}) },
	} {
		f := newFilter(query.Postgres)
		if add(f); !f.Nothing {
			t.Errorf("an empty list of %s matches rows", name)
		}
	}
}

func TestTheFirstMissingColumnIsTheError(t *testing.T) {
	t.Parallel()
	f := newFilter(query.Postgres)
	f.AnyOf("attributes", []string{"a"})
	var missing *where.MissingColumn
	if !errors.As(f.Err, &missing) || missing.Table != "workflow_status" || missing.Column != "attributes" {
		t.Errorf("the error is %v", f.Err)
	}
}

// The index on created_at finds the rows in their order unless another one is better.
func TestAListIsSortedByTheIndexThatFindsIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		add     func(*where.Filter)
		indexed bool
		order   string
	}{
		"all":         {func(*where.Filter) {}, false, "ws.created_at ASC"},
		"one pending": {func(f *where.Filter) { f.States([]string{"PENDING"}) }, true, "ws.created_at ASC"},
		"two states":  {func(f *where.Filter) { f.States([]string{"ERROR", "CANCELLED"}) }, true, "ws.created_at + 0 ASC"},
		"few rows":    {func(f *where.Filter) { f.Hints.FewRows = true }, true, "ws.created_at + 0 ASC"},
	} {
		f := newFilter(query.Postgres)
		c.add(f)
		if want := "\nORDER BY " + c.order + ", ws.workflow_uuid ASC"; f.OrderBy(false) != want || f.Indexed() != c.indexed {
			t.Errorf("%s: %q, indexed %v; want %q, %v", name, f.OrderBy(false), f.Indexed(), want, c.indexed)
		}
	}
}

// SQLite is kept from reading and sorting the whole table for a condition that no index leads to.
func TestSQLiteReadsInOrderWhatHasNoIndex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		dialect query.Dialect
		state   string
		column  string
		inOrder bool
	}{
		{query.SQLite, "SUCCESS", "name", true}, {query.SQLite, "", "queue_name", true}, {query.SQLite, "", "schedule_name", false},
		{query.SQLite, "ENQUEUED", "queue_name", false}, {query.Postgres, "SUCCESS", "name", false},
	} {
		f := newFilter(test.dialect)
		if test.state != "" {
			f.States([]string{test.state})
		}
		if test.column != "schedule_name" {
			f.Unindexed(test.column)
		}
		f.AnyOf(test.column, []string{"x"})
		kept := strings.Contains(f.SQL(), "+ws."+test.column+" = :"+test.column)
		if kept != test.inOrder || f.InOrderOnly() != test.inOrder {
			t.Errorf("%+v: in order only is %t, and the SQL is%s", test, f.InOrderOnly(), f.SQL())
		}
	}
}

// A condition that always holds makes Postgres take the rows of a value for few if the table was
// never analysed.
func TestTheRowsOfAValueAreTakenForFew(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		dialect query.Dialect
		add     func(*where.Filter)
		guessed bool
	}{
		{"a value", query.Postgres, func(f *where.Filter) { f.AnyOf("schedule_name", []string{"a"}) }, true},
		{"values", query.Postgres, func(f *where.Filter) { f.AnyOf("schedule_name", []string{"a", "b"}) }, true},
		{"attributes", query.Postgres, func(f *where.Filter) { f.Contains("attributes", "{}") }, true},
		{"no value", query.Postgres, func(f *where.Filter) { f.AnyOf("schedule_name", []string{""}) }, false},
		{"a column without an index", query.Postgres, func(f *where.Filter) { f.Unindexed("name"); f.AnyOf("name", []string{"a"}) }, false},
		{"few rows", query.Postgres, func(f *where.Filter) { f.Hints.FewRows = true; f.AnyOf("schedule_name", []string{"a"}) }, false},
		{"a time", query.Postgres, func(f *where.Filter) { f.Between("completed_at", time.UnixMilli(1), time.Time{}) }, false},
		{"SQLite", query.SQLite, func(f *where.Filter) { f.AnyOf("schedule_name", []string{"a"}) }, false},
	} {
		f := newFilter(test.dialect)
		test.add(f)
		f.GuessFew()
		if guessed := strings.Contains(f.SQL(), "ws.updated_at BETWEEN"); guessed != test.guessed {
			t.Errorf("%s: guessed %v, and the SQL is%s", test.name, guessed, f.SQL())
		}
	}
}
