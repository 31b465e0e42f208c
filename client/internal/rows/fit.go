package rows

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/internal/archive"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// Fit returns a value as a column of a database stores it. SQLite stores any value in any column.
// The error says why Postgres cannot.
func Fit(dialect query.Dialect, kind schema.Kind, v archive.Value) (archive.Value, error) {
	if dialect == query.SQLite || v.Kind == archive.Null {
		return v, nil
	}
	switch kind {
	case schema.Integer, schema.SmallInteger:
		return fitInteger(kind, v)
	case schema.Boolean:
		if v.Kind != archive.Bool && (v.Kind != archive.Int || v.Int != 0 && v.Int != 1) {
			return v, fmt.Errorf("it is %s, and a boolean is expected", shown(v))
		}
		return archive.OfBool(v.Int != 0), nil
	}
	return fitText(kind, v)
}

func fitInteger(kind schema.Kind, v archive.Value) (archive.Value, error) {
	if v.Kind == archive.Real && v.Float == math.Trunc(v.Float) && math.Abs(v.Float) < 1<<53 {
		v = archive.OfInt(int64(v.Float))
	}
	if v.Kind != archive.Int || kind == schema.SmallInteger && v.Int != int64(int32(v.Int)) {
		return v, fmt.Errorf("it is %s, and Postgres has an integer there", shown(v))
	}
	return v, nil
}

func fitText(kind schema.Kind, v archive.Value) (archive.Value, error) {
	switch v.Kind {
	case archive.Int:
		v = archive.OfText(strconv.FormatInt(v.Int, 10))
	case archive.Bool, archive.Real:
		return v, fmt.Errorf("it is %s, and Postgres has a text there", shown(v))
	case archive.Blob:
		v.Kind = archive.Text
	}
	switch {
	case !utf8.ValidString(v.Bytes):
		return v, errors.New("it is not valid UTF-8, and Postgres takes no other text")
	case strings.IndexByte(v.Bytes, 0) >= 0:
		return v, errors.New("it has a NUL character, and Postgres takes no such text")
	case kind == schema.Object && (!json.Valid([]byte(v.Bytes)) || strings.Contains(v.Bytes, `\u0000`)):
		return v, errors.New("it is no JSON that Postgres takes")
	}
	return v, nil
}

func shown(v archive.Value) string {
	switch v.Kind {
	case archive.Int:
		return strconv.FormatInt(v.Int, 10)
	case archive.Bool:
		return strconv.FormatBool(v.Int != 0)
	case archive.Real:
		return strconv.FormatFloat(v.Float, 'g', -1, 64)
	}
	return fmt.Sprintf("%.40q", v.Bytes)
}

// Same returns true if two values are the same to every reader of a column.
func Same(kind schema.Kind, a, b archive.Value) bool {
	switch {
	case a == b:
		return true
	case a.Kind == archive.Null || b.Kind == archive.Null:
		return false
	case kind == schema.Object:
		return sameJSON(a.Bytes, b.Bytes)
	case kind == schema.Text:
		return textOf(a) == textOf(b)
	}
	return number(a) == number(b) && a.Bytes == b.Bytes
}

// textOf returns a value as the text that a column of texts makes of it.
func textOf(v archive.Value) string {
	if v.Kind == archive.Text || v.Kind == archive.Blob {
		return v.Bytes
	}
	return shown(v)
}

func number(v archive.Value) float64 {
	if v.Kind == archive.Real {
		return v.Float
	}
	return float64(v.Int)
}

func sameJSON(a, b string) bool {
	normal := func(text string) string {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var value any
		if decoder.Decode(&value) != nil {
			return text
		}
		sorted, err := json.Marshal(value)
		if err != nil {
			return text
		}
		return string(sorted)
	}
	return normal(a) == normal(b)
}
