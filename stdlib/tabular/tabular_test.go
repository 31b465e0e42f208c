package tabular

import (
	"errors"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func read(text string, f Format) (rows []any, err error) {
	for row, failure := range Rows(strings.NewReader(text), f) {
		if failure != nil {
			return rows, failure
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func written(f Format, rows ...any) (string, error) {
	var out strings.Builder
	w := NewWriter(&out, f)
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			return out.String(), err
		}
	}
	err := w.Flush()
	return out.String(), err
}

func members(pairs ...any) declare.Members {
	row := declare.Members{}
	for i := 0; i < len(pairs); i += 2 {
		row = append(row, declare.Member{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return row
}

func TestRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		format Format
		want   []any
	}{
		"header":           {text: "id,name\n1,a\n2,\"b, c\"\n", want: []any{members("id", "1", "name", "a"), members("id", "2", "name", "b, c")}},
		"nothing":          {text: ""},
		"header alone":     {text: "id,name\n"},
		"no last line end": {text: "id\n1", want: []any{members("id", "1")}},
		"carriage returns": {text: "id,b\r\n1,2\r\n", want: []any{members("id", "1", "b", "2")}},
		"old line ends":    {text: "\ufeffid,b\r1,\"2\r3\"\r", want: []any{members("id", "1", "b", "2\n3")}},
		"one inside":       {text: "id,b\n1,2\r3\n", want: []any{members("id", "1", "b", "2\r3")}},
		"byte-order mark":  {text: "\ufeffid\n1\n", want: []any{members("id", "1")}},
		"mark and quotes":  {text: "\ufeff\"id\"\n1\n", want: []any{members("id", "1")}},
		"empty lines":      {text: "id\n\n1\n\n", want: []any{members("id", "1")}},
		"unnamed column":   {text: "id,\n1,x\n", want: []any{members("id", "1")}},
		"semicolons":       {text: "a;b\n1;2,5\n", format: Format{Delimiter: ';'}, want: []any{members("a", "1", "b", "2,5")}},
		"headless":         {text: "1,2\n3\n", format: Format{Headless: true}, want: []any{[]any{"1", "2"}, []any{"3"}}},
		"named, headless":  {text: "1,2\n", format: Format{Headless: true, Columns: []string{"a", "b"}}, want: []any{members("a", "1", "b", "2")}},
		"renamed":          {text: "x,y\n1,2\n", format: Format{Columns: []string{"a", "b"}}, want: []any{members("a", "1", "b", "2")}},
		"quotes":           {text: "a\n\"x \"\"y\"\"\nz\"\n", want: []any{members("a", "x \"y\"\nz")}},
	} {
		if got, err := read(c.text, c.format); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v (%v), want %v", name, got, err, c.want)
		}
	}
}

func TestMistakesNameTheLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a,b\n1,2\n3\n":         "line 3 has 1 field for 2 columns",
		"a\n\n1,2,3\n":          "line 3 has 3 fields for 1 column",
		"a,b,a\n":               `line 1: two columns are named "a"`,
		"a\nx\"y\n":             "line 2, character 2: a quote inside a field that is not quoted",
		"a\n\"x\"y\n":           "line 2, character 3: a quoted field has a quote inside that is not doubled, or no end",
		"a\n1\n\"x\ny\nand so ": "line 3: a quoted field begins there, and its quote is not followed by a delimiter on line 5",
	} {
		if _, err := read(text, Format{}); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestReadingStopsWhereItFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	count := 0
	var last error
	for _, err := range Rows(iotest.TimeoutReader(strings.NewReader(strings.Repeat("1\n", 10_000))), Format{Headless: true}) {
		count++
		last = err
	}
	if !errors.Is(last, iotest.ErrTimeout) || count < 2 {
		t.Errorf("%d rows, then %v", count, last)
	}
	for _, err := range Rows(iotest.ErrReader(broken), Format{}) {
		if err != broken {
			t.Error(err)
		}
	}
}

func TestRowsCanBeLeft(t *testing.T) {
	t.Parallel()
	for row := range Rows(strings.NewReader("a\n1\n2\n"), Format{}) {
		if !reflect.DeepEqual(row, any(members("a", "1"))) {
			t.Error(row)
		}
		break
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	huge, _ := new(big.Int).SetString("123456789012345678901", 10)
	at := time.Date(2026, 11, 23, 10, 0, 0, 5e8, time.UTC)
	for name, c := range map[string]struct {
		format Format
		rows   []any
		want   string
	}{
		"first row's columns": {rows: []any{members("b", "x", "a", int64(1)), members("a", 2.5)}, want: "b,a\nx,1\n,2.5\n"},
		"named columns":       {format: Format{Columns: []string{"a", "c"}}, rows: []any{members("a", "1", "b", "2")}, want: "a,c\n1,\n"},
		"no header":           {format: Format{Headless: true}, rows: []any{members("a", "1")}, want: "1\n"},
		"arrays":              {rows: []any{[]any{"x", int64(1)}, []any{true}}, want: "x,1\ntrue\n"},
		"arrays with columns": {format: Format{Columns: []string{"a", "b"}}, rows: []any{[]any{"1", "2"}}, want: "a,b\n1,2\n"},
		"nothing":             {want: ""},
		"a header alone":      {format: Format{Columns: []string{"a", "b"}}, want: "a,b\n"},
		"semicolons":          {format: Format{Delimiter: ';'}, rows: []any{members("a", "1;2", "b", "1,2")}, want: "a;b\n\"1;2\";1,2\n"},
		"values": {rows: []any{[]any{nil, huge, at, []any{int64(1), nil}, members("k", "v"), "a\"b\nc"}},
			want: ",123456789012345678901,2026-11-23T10:00:00.5Z,\"[1,null]\",\"{\"\"k\"\":\"\"v\"\"}\",\"a\"\"b\nc\"\n"},
		"lone empty field": {rows: []any{[]any{"x"}, []any{""}, []any{"y"}}, want: "x\n\"\"\ny\n"},
	} {
		if got, err := written(c.format, c.rows...); err != nil || got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestRowsThatDoNotFit(t *testing.T) {
	t.Parallel()
	for want, rows := range map[string][]any{
		"a row is a table of fields by column or an array, not \"x\"":                                           {"x"},
		"there is no column \"nam\", because the first row had none; name all columns (did you mean \"name\"?)": {members("name", "a"), members("nam", "b")},
		"the first row has no fields to take the columns from; name all columns":                                {members()},
		"the rows before were arrays":     {[]any{"a"}, members("a", "b")},
		"a row has 1 field for 2 columns": {members("a", "1", "b", "2"), []any{"x"}},
	} {
		if _, err := written(Format{}, rows...); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestDelimiters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rune{"": ',', ";": ';', "\t": '\t', "→": '→', "ab": 0, "\"": 0, "\n": 0, "\r": 0, "\xff": 0} {
		if got, err := ParseDelimiter(text); got != want || (err != nil) != (want == 0) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

// A written table is read again, whatever its fields hold. A line end of two characters becomes one
// of one.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	field := rapid.StringOf(rapid.SampledFrom([]rune("ab,;\"\n\t \\.é\ufeff")))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "width")
		row := rapid.SliceOfN(field, width, width)
		rows := rapid.SliceOf(row).Draw(t, "rows")
		f := Format{Delimiter: rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "delimiter"), Columns: []string{"a", "b", "c", "d"}[:width]}
		var want, input []any
		for _, cells := range rows {
			input = append(input, array(cells))
			named := declare.Members{}
			for i, cell := range cells {
				named = append(named, declare.Member{Key: f.Columns[i], Value: cell})
			}
			want = append(want, named)
		}
		text, err := written(f, input...)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := written(f, want...); err != nil || again != text {
			t.Fatalf("by name: %q (%v), as arrays: %q", again, err, text)
		}
		if got, err := read(text, Format{Delimiter: f.Delimiter}); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is read as %v (%v), want %v", text, got, err, want)
		}
	})
}

func FuzzRows(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\n", "\ufeffa;b\n", "a\n\"\"\"\"\n", "\r\n,\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := read(text, Format{Headless: true})
		if err != nil {
			return
		}
		again, err := written(Format{}, rows...)
		if strings.HasPrefix(again, "\ufeff") {
			return // a second mark would be taken for the file's own
		}
		if err != nil {
			t.Fatal(err)
		}
		if reread, err := read(again, Format{Headless: true}); err != nil || !reflect.DeepEqual(reread, newlines(rows)) {
			t.Fatalf("%q → %v → %q → %v (%v)", text, rows, again, reread, err)
		}
	})
}

// newlines are rows as they are read again: a line end inside a field is a newline then, whatever
// it was.
func newlines(rows []any) []any {
	for _, row := range rows {
		fields := row.([]any)
		for i, field := range fields {
			fields[i] = strings.ReplaceAll(field.(string), "\r\n", "\n")
		}
	}
	return rows
}
