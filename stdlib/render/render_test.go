package render_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/runtime/spec"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func row(kind string, pairs ...any) render.Row {
	var m spec.Members
	for i := 0; i < len(pairs); i += 2 {
		m = append(m, spec.Member{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return render.Row{Kind: kind, Value: m}
}

// written is what a format makes of two emits: a list of workflows and a single value.
func written(t *testing.T, format render.Format, rows ...render.Row) string {
	t.Helper()
	var out bytes.Buffer
	p := render.NewPrinter(&out, format, render.Kinds{Summary: map[string][]string{"workflow": {"id", "error"}}})
	if err := p.List(rows); err != nil {
		t.Fatal(err)
	}
	if err := p.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var failed = spec.Members{{Key: "message", Value: "no <stock>"}, {Key: "raw", Value: "…"}}

func TestFormats(t *testing.T) {
	t.Parallel()
	rows := []render.Row{
		row("workflow", "id", "w1", "at", time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC), "error", failed),
		row("workflow", "id", "w2", "at", nil, "error", nil),
	}
	for format, want := range map[render.Format]string{
		render.IDs:    "w1\nw2\n",
		render.NDJSON: `{"id":"w1","at":"2026-03-02T10:00:00.000Z","error":{"message":"no <stock>","raw":"…"}}` + "\n" + `{"id":"w2","at":null,"error":null}` + "\n",
		render.Table:  " id  error\n────────────────\n w1  no <stock>\n w2\n",
		render.CSV:    "id,at,error\nw1,2026-03-02T10:00:00Z,\"{\"\"message\"\":\"\"no <stock>\"\",\"\"raw\"\":\"\"…\"\"}\"\nw2,,\n",
	} {
		if got := written(t, format, rows...); got != want {
			t.Errorf("%s:\n%q\nwant\n%q", format, got, want)
		}
	}
	if got := written(t, render.JSON, rows...); !strings.HasPrefix(got, "[\n  {\n    \"id\": \"w1\"") {
		t.Errorf("json: %s", got)
	}
}

func TestColumnsAreChosenAndEmptyOnesLeftOut(t *testing.T) {
	t.Parallel()
	r := row("", "a", int64(1), "b", nil, "c", "x")
	r.Columns = []string{"c", "b", "a"}
	if got, want := written(t, render.Table, r), " c  a\n──────\n x  1\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTablesFit(t *testing.T) {
	t.Parallel()
	id, long := "w-"+strings.Repeat("1", 30), strings.Repeat("x", 40)
	at := time.Date(2026, 11, 22, 2, 49, 11, 0, time.UTC)
	for width, want := range map[int]string{
		0:  " w-111111111111111111111111111111  2026-11-22 02:49:11  " + long,
		98: " w-111111111111111111111111111111  2026-11-22 02:49:11  " + long,
		80: " w-111111111111111111111111111111  2026-11-22 02:49:11  " + long[:22] + "…",
		66: " w-111111111111111111111111111111  2026-11-22 02:49  " + long[:11] + "…",
		62: " w-1111111111111111111111111…  2026-11-22 02:49  " + long[:11] + "…",
		50: " w-111111111111111111111…  2026-11-22 02:49",
		30: " w-111111111111111111111…",
		3:  " w-111111111111111111111…",
	} {
		var out bytes.Buffer
		p := render.NewPrinter(&out, render.Table, render.Kinds{})
		p.Fit(func() int { return width })
		if err := p.List([]render.Row{row("", "id", id, "at", at, "note", long)}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(out.String(), "\n")
		if lines[2] != want {
			t.Errorf("width %d:\n%q\nwant\n%q", width, lines[2], want)
		}
		if width >= 30 && utf8.RuneCountInString(lines[1]) > width {
			t.Errorf("the table is wider than %d", width)
		}
	}
}

func TestAValueCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	if got := written(t, render.Table, row("workflow", "id", "a\x1b[31m\x07b\nc")); strings.ContainsAny(got, "\x1b\x07") || !strings.Contains(got, `a\x1b[31m\x07b c`) {
		t.Errorf("%q", got)
	}
}

func TestACSVHeaderHoldsForAllRows(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := render.NewPrinter(&out, render.CSV, render.Kinds{Fields: map[string][]string{"workflow": {"id", "error", "queue"}}})
	if err := p.List([]render.Row{row("workflow", "id", "w1"), row("workflow", "id", "w2", "queue", "slow"), row("", "id", "w3", "n", int64(1))}); err != nil {
		t.Fatal(err)
	}
	if err := p.One(row("workflow", "id", "w4", "error", "no")); err != nil {
		t.Fatal(err)
	}
	if err := p.List([]render.Row{row("", "id", "w5"), row("", "id", "w6", "b", int64(2))}); err == nil || !strings.Contains(err.Error(), `no column "b"`) {
		t.Errorf("a row with another column: %v", err)
	}
	if want := "id,error,queue,n\nw1,,,\nw2,,slow,\nw3,,,1\nw4,no,,\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestATableHasTheColumnsOfAllItsRows(t *testing.T) {
	t.Parallel()
	if got, want := written(t, render.Table, row("", "a", int64(1)), row("", "a", int64(2), "b", "x")), " a  b\n──────\n 1\n 2  x\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestIDsRefuseWhatHasNone(t *testing.T) {
	t.Parallel()
	p := render.NewPrinter(&bytes.Buffer{}, render.IDs, render.Kinds{})
	if err := p.One(row("table", "count", int64(1))); err == nil {
		t.Error("no error for a row without an id")
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	for _, name := range render.Formats {
		if _, err := render.ParseFormat(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := render.ParseFormat("yaml"); err == nil {
		t.Error("yaml is a format")
	}
}
