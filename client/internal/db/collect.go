package db

import "github.com/dbos-script/dbos-script/client/internal/query"

// A batch is put together anew for each attempt, and an attempt that fails may have returned rows.
// Therefore all functions of this file forget the rows of earlier attempts.

// Collect adds a query and sets list to its rows; nil if there are none.
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

// Map adds a query and sets rows to its rows by the key of scan; an empty map if there are none.
func Map[K comparable, V any](b *Batch, rows *map[K]V, text string, args query.Args, scan func(Row) (K, V, error)) {
	*rows = emptied(*rows)
	b.Query(text, args, func(row Row) error {
		key, value, err := scan(row)
		(*rows)[key] = value
		return err
	})
}

// Set adds a query of one column, and sets set to its texts; an empty map if there are none.
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
func emptied[K comparable, V any](rows map[K]V) map[K]V {
	if rows != nil && len(rows) == 0 {
		return rows
	}
	return make(map[K]V, len(rows))
}

// Fold adds a query, sets value to the zero value, and calls add for each row. If the value is a
// map, add has to make it, because the zero value is nil.
func Fold[T any](b *Batch, value *T, text string, args query.Args, add func(*T, Row) error) {
	var zero T
	*value = zero
	b.Query(text, args, func(row Row) error { return add(value, row) })
}

// One adds a query and sets value to its last row, or to the zero value if it has none.
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
