package db

import (
	"bytes"
	"database/sql"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
)

// Text scans a column of text that may be NULL. SQLite is untyped, so numbers and BLOBs are
// taken as text there.
type Text struct {
	String string
	Valid  bool // false for NULL
	// last is the text of the last row that had one. Most columns repeat it, and then both rows
	// share it: a list of workflows has few states, names and queues, and would otherwise hold
	// each as often as there are rows.
	last string
}

// ScanBytes takes the value from Postgres.
func (t *Text) ScanBytes(v []byte) error {
	t.String, t.Valid = "", v != nil
	if t.Valid {
		if string(v) != t.last { // compared where they are
			t.last = string(v)
		}
		t.String = t.last
	}
	return nil
}

// Scan takes the value from SQLite.
func (t *Text) Scan(value any) error {
	t.Valid = value != nil
	switch v := value.(type) {
	case nil:
		t.String = ""
	case string:
		if v != t.last {
			t.last = v
		}
		t.String = t.last
	case []byte:
		t.String = string(v)
	default:
		t.String = fmt.Sprint(v)
	}
	return nil
}

// Int scans an integer column that may be NULL, which reads as 0.
type Int struct {
	Int64 int64
	Valid bool
}

// ScanInt64 takes the value from Postgres.
func (i *Int) ScanInt64(v pgtype.Int8) error {
	i.Int64, i.Valid = v.Int64, v.Valid
	return nil
}

// Scan takes the value from SQLite, where an integer can have been stored as a REAL or as text.
func (i *Int) Scan(value any) error {
	i.Int64, i.Valid = 0, value != nil
	switch v := value.(type) {
	case nil:
	case int64:
		i.Int64 = v
	case float64:
		i.Int64 = int64(v)
	case bool:
		if v {
			i.Int64 = 1
		}
	case string:
		return i.parse(v)
	case []byte:
		return i.parse(string(v))
	default:
		return fmt.Errorf("an integer expected, got %T", value)
	}
	return nil
}

func (i *Int) parse(text string) error {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("an integer expected, got %q", text)
	}
	i.Int64 = int64(number)
	return nil
}

// Bool scans a boolean column; NULL reads as false.
type Bool struct{ Bool bool }

// ScanBool takes the value from Postgres.
func (b *Bool) ScanBool(v pgtype.Bool) error {
	b.Bool = v.Bool
	return nil
}

// Scan takes the value from SQLite, where booleans are the integers 0 and 1.
func (b *Bool) Scan(value any) error {
	if v, ok := value.(bool); ok {
		b.Bool = v
		return nil
	}
	var i Int
	err := i.Scan(value)
	b.Bool = i.Int64 != 0
	return err
}

// Float scans a column of floating-point numbers that may be NULL.
type Float struct {
	Float64 float64
	Valid   bool
}

// ScanFloat64 takes the value from Postgres.
func (f *Float) ScanFloat64(v pgtype.Float8) error {
	f.Float64, f.Valid = v.Float64, v.Valid
	return nil
}

// Scan takes the value from SQLite.
func (f *Float) Scan(value any) error {
	var n sql.NullFloat64
	err := n.Scan(value)
	f.Float64, f.Valid = n.Float64, n.Valid
	return err
}

// Any scans a column of any type as it is stored: Value is nil, an int64, a float64, a bool,
// a string or, on SQLite, a []byte. On SQLite, a boolean is an int64 if the column is part
// of an expression.
type Any struct{ Value any }

// ScanBytes takes a text from Postgres.
func (a *Any) ScanBytes(v []byte) error {
	a.Value = nil
	if v != nil {
		a.Value = string(v)
	}
	return nil
}

// ScanInt64 takes an integer from Postgres.
func (a *Any) ScanInt64(v pgtype.Int8) error {
	a.Value = nil
	if v.Valid {
		a.Value = v.Int64
	}
	return nil
}

// ScanBool takes a boolean from Postgres.
func (a *Any) ScanBool(v pgtype.Bool) error {
	a.Value = nil
	if v.Valid {
		a.Value = v.Bool
	}
	return nil
}

// Scan takes the value from SQLite.
func (a *Any) Scan(value any) error {
	if shared, ok := value.([]byte); ok {
		value = bytes.Clone(shared)
	}
	a.Value = value
	return nil
}
