package where

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Filter holds conditions on one table, which is called ws in the statement, and their arguments.
type Filter struct {
	Table string
	Args  query.Args
	// Hints decide how the rows are found. They never change which rows match.
	Hints Hints
	// Err is a *MissingColumn if the table lacks the column of a condition.
	Err error
	// Nothing is true if no row can match.
	Nothing bool

	has        func(column string) bool
	conditions []string
	branches   []branch // if not empty, one of them must hold as well
	times      []string // the conditions that are bounds of created_at
	otherTimes bool     // a condition is a bound of another time, which has an index
	indexed    bool     // a condition has an index
	byState    bool     // the index of the only state returns the rows in order, if the state is sorted by
	unindexed  string   // the column that Unindexed named last
	byValue    bool     // a condition on values has an index, and they may be rare or common
	kept       bool     // a plus keeps SQLite from reading the whole table for a condition
}

// New returns a filter without conditions. has reports whether the table has a column.
func New(table string, dialect query.Dialect, has func(column string) bool) *Filter {
	return &Filter{Table: table, Args: query.Args{}, Hints: Hints{RepeatIndex: dialect == query.SQLite}, has: has}
}

// A MissingColumn is the error of a condition whose column the table lacks.
type MissingColumn struct{ Table, Column string }

func (e *MissingColumn) Error() string {
	return fmt.Sprintf("this database has no %s.%s", e.Table, e.Column)
}

// Needs reports whether the table has a column, and sets Err if not.
func (f *Filter) Needs(column string) bool {
	if f.has(column) {
		return true
	}
	if f.Err == nil {
		f.Err = &MissingColumn{f.Table, column}
	}
	return false
}

// Add adds a condition.
func (f *Filter) Add(condition string) { f.conditions = append(f.conditions, condition) }

// AnyOf adds the condition that a column has one of the values. No values match no row, and nil is
// no condition. A single value is compared by equality, because planners use a partial index for
// that and not for a list of one.
func (f *Filter) AnyOf(column string, values []string) {
	if values == nil || !f.Needs(column) {
		return
	}
	parameter := column + "_list"
	kept := WithoutEmpty(values)
	f.byValue = f.byValue || len(kept) > 0 && column != f.unindexed
	switch {
	case len(values) == 0:
		f.Nothing = true
	case len(kept) == 1:
		f.Add(fmt.Sprintf("%s = :%s", f.named(column), column))
		f.Args[column] = kept[0]
	case len(kept) > 1:
		f.Add(fmt.Sprintf("{in %s :%s}", f.named(column), parameter))
		f.Args[parameter] = kept
	}
}

// Unindexed notes that no index leads to the values of a column.
func (f *Filter) Unindexed(column string) { f.unindexed = column }

// named returns a column as its condition names it. SQLite takes each equality for rare, and so it
// would read and sort the whole table where the first rows in the order of created_at match. A plus
// before the column keeps it from that. It is left out if a state has an index.
func (f *Filter) named(column string) string {
	if f.Hints.RepeatIndex && column == f.unindexed && !f.indexed {
		f.kept = true
		return "+ws." + column
	}
	return "ws." + column
}

// WithoutEmpty returns the values that are not "", because an empty value is no filter.
func WithoutEmpty(values []string) []string {
	kept := make([]string, 0, len(values))
	for _, value := range values {
		if value != "" {
			kept = append(kept, value)
		}
	}
	return kept
}

// Between adds the condition that a time is within bounds, inclusive. A zero bound is none.
func (f *Filter) Between(column string, from, to time.Time) {
	f.bound(column, ">=", "_from", from)
	f.bound(column, "<=", "_to", to)
}

func (f *Filter) bound(column, comparison, suffix string, t time.Time) {
	if t.IsZero() {
		return
	}
	condition := fmt.Sprintf("ws.%s %s :%s", column, comparison, column+suffix)
	if column == "created_at" {
		f.times = append(f.times, condition)
	} else {
		f.otherTimes = true
	}
	f.indexed = true
	f.Add(condition)
	f.Args[column+suffix] = t.UnixMilli()
}

// Flag adds the condition yes if wanted is true and no if it is false. nil is no condition.
func (f *Filter) Flag(column string, wanted *bool, yes, no string) {
	switch {
	case wanted == nil || !f.Needs(column):
	case *wanted:
		f.Add(yes)
	default:
		f.Add(no)
	}
}

// Set adds the condition that a column is not NULL if wanted is true, and NULL if it is false.
func (f *Filter) Set(column string, wanted *bool) {
	f.Flag(column, wanted, "ws."+column+" IS NOT NULL", "ws."+column+" IS NULL")
}

// True adds the condition that a column is true, or false. nil is no condition.
func (f *Filter) True(column string, wanted *bool) {
	f.Flag(column, wanted, "ws."+column, "NOT ws."+column)
}

// Scans notes that a condition has no index.
func (f *Filter) Scans() { f.Hints.scans = true }

// Contains adds the condition that a JSON column contains the JSON object.
func (f *Filter) Contains(column, object string) {
	f.Hints.Bitmaps, f.byValue = true, true
	f.Add(fmt.Sprintf("{contains ws.%s :%s}", column, column))
	f.Args[column] = object
}

// OwnedBy adds the condition that rows belong to an application, or to none.
func (f *Filter) OwnedBy(application string) {
	f.Add("(ws.application_name = :own_application OR ws.application_name IS NULL)")
	f.Args["own_application"] = application
}

// Indexed reports whether an index leads to the rows, if they are few.
func (f *Filter) Indexed() bool { return f.indexed || f.Hints.FewRows }

// OnlyTimes reports whether all conditions are bounds of created_at, so that its index leads to the
// rows of a page only.
func (f *Filter) OnlyTimes() bool { return len(f.times) == len(f.all()) }

// ByOtherTime reports whether the index of a time other than created_at leads to the rows. Most of
// them are at one end of the list, but no one knows how many, or at which.
func (f *Filter) ByOtherTime() bool { return f.otherTimes }

// InOrderOnly reports whether the order of created_at is the only way to the first rows, however
// few they are, because SQLite is kept from reading the whole table.
func (f *Filter) InOrderOnly() bool { return f.kept && !f.Indexed() }

// Unordered reports whether the index of a state returns its rows in another order than that of
// created_at, so that all of them must be sorted.
func (f *Filter) Unordered() bool {
	return slices.ContainsFunc(f.branches, func(b branch) bool { return !b.ordered }) || len(f.branches) == 0 && f.Hints.unordered
}

// TimesSQL returns the WHERE clause of the bounds of created_at, or "" if there are none.
func (f *Filter) TimesSQL() string {
	if len(f.times) == 0 {
		return ""
	}
	return "\nWHERE " + and(f.times)
}

// SQL returns the WHERE clause, or "" if there are no conditions.
func (f *Filter) SQL() string {
	if conditions := f.all(); len(conditions) > 0 {
		return "\nWHERE " + and(conditions)
	}
	return ""
}

// all returns the conditions, with that of the branches.
func (f *Filter) all() []string {
	if len(f.branches) == 0 {
		return f.conditions
	}
	return append(slices.Clone(f.conditions), either(f.branches))
}

func and(conditions []string) string { return strings.Join(conditions, "\n\tAND ") }
