package db

import "github.com/dbos-script/dbos-script/client/internal/query"

// A batch is put together anew for each attempt, and an attempt that fails may have returned rows.
// Therefore Collect, Texts, Set, Map, Exists, Fold, One and Scalar forget the rows of earlier attempts.

// Collect adds a query and appends its rows to list, which it empties first.
func Collect[T any](b *Batch, list *[]T, text string, args query.Args, scan func(Row) (T, error)) {
	*list = nil
	b.Query(text, args, func(row Row) error {
		value, err := scan(row)
		*list = append(*list, value)
		return err
	})
}

// Texts is Collect for a column of texts that are not NULL.
func Texts(b *Batch, list *[]string, text string, args query.Args) {
	Collect(b, list, text, args, func(row Row) (value string, err error) {
		err = row.Scan(&value)
		return value, err
	})
}

// Map adds a query and stores its rows in rows by the key that scan returns. It empties rows first.
func Map[V any](b *Batch, rows *map[string]V, text string, args query.Args, scan func(Row) (string, V, error)) {
	*rows = emptied(*rows)
	b.Query(text, args, func(row Row) error {
		key, value, err := scan(row)
		(*rows)[key] = value
		return err
	})
}

// Set adds a query of one column, and stores its texts in set, which it empties first.
func Set(b *Batch, set *map[string]bool, text string, args query.Args) {
	Map(b, set, text, args, func(row Row) (key string, present bool, err error) {
		err = row.Scan(&key)
		return key, true, err
	})
}

// Exists adds a query and sets exists to true if it returns a row, and to false otherwise.
func Exists(b *Batch, exists *bool, text string, args query.Args) {
	*exists = false
	b.Query(text, args, func(Row) error {
		*exists = true
		return nil
	})
}

// emptied returns the map if it is empty, because a caller may have made it with a capacity, and a
// new one otherwise.
func emptied[V any](rows map[string]V) map[string]V {
	if rows != nil && len(rows) == 0 {
		return rows
	}
	return make(map[string]V, len(rows))
}

// Fold adds a query and adds its rows to value, which it sets to the zero value first. A value that
// is a map has to be made by add.
func Fold[T any](b *Batch, value *T, text string, args query.Args, add func(*T, Row) error) {
	var zero T
	*value = zero
	b.Query(text, args, func(row Row) error { return add(value, row) })
}

// One adds a query of one row and sets value to it, or to the zero value if there is none.
func One[T any](b *Batch, value *T, text string, args query.Args, scan func(Row) (T, error)) {
	Fold(b, value, text, args, func(value *T, row Row) (err error) {
		*value, err = scan(row)
		return err
	})
}

// Scalar is One for a single column.
func Scalar[T any](b *Batch, value *T, text string, args query.Args) {
	Fold(b, value, text, args, func(value *T, row Row) error { return row.Scan(value) })
}
