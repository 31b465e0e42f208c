package raw

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// A statement is a text with its parameters, which may end with a set of rows, a list for each of
// its columns. In the text,
//
//   - {name} is the table of that name,
//   - $1 is a parameter,
//   - {ids} follows a column that is one of the set's only column, and
//   - {new a b} is the set as a table with the columns a and b.
type statement struct {
	sql  string
	args []any
	set  [][]string
}

// A store sends statements to a database.
type store interface {
	// send runs statements as one transaction, on Postgres in one round trip.
	send(ctx context.Context, list ...statement) error
	// changed runs one statement and returns how many rows it changed.
	changed(ctx context.Context, s statement) (int64, error)
	// records reads records into the places that next returns. use is called after each.
	records(ctx context.Context, s statement, payloads bool, next func() *record, use func(*record) error) (int, error)
	// rows calls use for each row.
	rows(ctx context.Context, s statement, use func(scan func(...any) error) error) error
	// split is true if the payloads have tables of their own; oneStatement is true if a statement
	// can insert the rows that another one returns.
	split() bool
	oneStatement() bool
	// awaitEvent waits until a workflow has an event.
	awaitEvent(ctx context.Context, id, key string) error
	close()
}

// A dialect makes the SQL of one database.
type dialect struct {
	schema string // before each table
	place  string // before the number of a parameter
	// ids and rows are the two forms of a set that begins with a parameter.
	ids  func(first int) string
	rows func(first int, name string, columns []string) string
	made sync.Map // the SQL of each text
}

var inBraces = regexp.MustCompile(`\{([a-z_ ]+)\}`)

// text returns the SQL of a statement.
func (d *dialect) text(s statement) string {
	if known, found := d.made.Load(s.sql); found {
		return known.(string)
	}
	first := len(s.args) + 1
	made := inBraces.ReplaceAllStringFunc(s.sql, func(found string) string {
		words := strings.Fields(found[1 : len(found)-1])
		switch {
		case len(words) > 1:
			return d.rows(first, words[0], words[1:])
		case words[0] == "ids":
			return d.ids(first)
		}
		return d.schema + words[0]
	})
	made = strings.ReplaceAll(made, "$", d.place)
	d.made.Store(s.sql, made)
	return made
}

// postgresDialect sends a set as an array for each column.
func postgresDialect() *dialect {
	return &dialect{
		schema: "dbos.", place: "$",
		ids: func(first int) string { return fmt.Sprintf("= ANY($%d)", first) },
		rows: func(first int, name string, columns []string) string {
			arrays := make([]string, len(columns))
			for i := range arrays {
				arrays[i] = fmt.Sprintf("$%d::text[]", first+i)
			}
			return fmt.Sprintf("unnest(%s) AS %s(%s)", strings.Join(arrays, ", "), name, strings.Join(columns, ", "))
		},
	}
}

// sqliteDialect sends a set as one JSON array, of texts or of rows.
func sqliteDialect() *dialect {
	return &dialect{
		place: "?",
		ids:   func(first int) string { return fmt.Sprintf("IN (SELECT value FROM json_each(?%d))", first) },
		rows: func(first int, name string, columns []string) string {
			values := make([]string, len(columns))
			for i, column := range columns {
				values[i] = fmt.Sprintf("value ->> %d AS %s", i, column)
			}
			return fmt.Sprintf("(SELECT %s FROM json_each(?%d)) AS %s", strings.Join(values, ", "), first, name)
		},
	}
}
