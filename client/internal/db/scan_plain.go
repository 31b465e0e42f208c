package db

import (
	"encoding/binary"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// A columnForm is how the bytes of a column are read here.
type columnForm int

const (
	otherForm   columnForm = iota // the driver reads it
	textForm                      // the bytes are the text
	integerForm                   // two, four or eight bytes, the highest first
	boolForm                      // one byte, 0 or 1
)

func formOf(column pgconn.FieldDescription) columnForm {
	switch column.DataTypeOID {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.JSONOID:
		return textForm // which is the same in binary
	}
	if column.Format != pgtype.BinaryFormatCode {
		return otherForm
	}
	switch column.DataTypeOID {
	case pgtype.Int8OID, pgtype.Int4OID, pgtype.Int2OID:
		return integerForm
	case pgtype.BoolOID:
		return boolForm
	}
	return otherForm
}

// A plainRow scans rows of Postgres. It reads texts, integers and truth values from the bytes of a
// row itself, because the driver looks up how to scan each column of each row, which is a third of
// the processor time of a list.
type plainRow struct {
	rows  pgx.Rows
	forms []columnForm
	other bool // a column or its variable is another one, so the driver scans
}

func newPlainRow(rows pgx.Rows) *plainRow { return &plainRow{rows: rows} }

// Scan is that of pgx.Rows.
func (r *plainRow) Scan(dest ...any) error {
	if !r.other && !r.plain(dest) {
		r.other = true
	}
	if r.other {
		return r.rows.Scan(dest...)
	}
	return nil
}

// plain returns false if the driver has to scan the row.
func (r *plainRow) plain(dest []any) bool {
	values := r.rows.RawValues()
	if r.forms == nil {
		for _, column := range r.rows.FieldDescriptions() {
			r.forms = append(r.forms, formOf(column))
		}
	}
	if len(values) != len(dest) || len(values) != len(r.forms) {
		return false
	}
	for i, value := range values {
		if !r.forms[i].scan(value, dest[i]) {
			return false
		}
	}
	return true
}

// scan sets a variable to the value of a column. It returns false if they do not fit.
func (f columnForm) scan(value []byte, to any) bool {
	switch variable := to.(type) {
	case *Text:
		return f == textForm && variable.ScanBytes(value) == nil
	case *Int:
		if variable.Int64, variable.Valid = 0, value != nil; value == nil {
			return true
		}
		variable.Int64 = integerOf(value)
		return f == integerForm
	case *Bool:
		variable.Bool = len(value) == 1 && value[0] != 0
		return f == boolForm
	}
	return false
}

// integerOf returns the integer of two, four or eight bytes.
func integerOf(value []byte) int64 {
	switch len(value) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(value)))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(value)))
	case 8:
		return int64(binary.BigEndian.Uint64(value))
	}
	return 0
}
