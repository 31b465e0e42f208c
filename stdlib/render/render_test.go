package render_test

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

func row(kind string, pairs ...any) render.Row {
	var m declare.Members
	for i := 0; i < len(pairs); i += 2 {
		m = append(m, declare.Member{Key: pairs[i].(string), Value: pairs[i+1]})
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

var failed = declare.Members{{Key: "message", Value: "no <stock>"}, {Key: "raw", Value: "…"}}

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

func TestColumnsAreChosenAndShownEvenIfEmpty(t *testing.T) {
	t.Parallel()
	r := row("", "a", int64(1), "b", nil, "c", "x")
	r.Columns = []string{"c", "b", "a"}
	if got, want := written(t, render.Table, r), " c  b  a\n─────────\n x     1\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTablesFit(t *testing.T) {
	t.Parallel()
	id, long := "w-"+strings.Repeat("1", 30), strings.Repeat("x", 40)
	at := time.Date(2026, 11, 22, 2, 49, 11, 0, time.UTC)
	for width, want := range map[int]string{
		0:  " w-111111111111111111111111111111  2026-11-22 02:49:11Z  " + long,
		98: " w-111111111111111111111111111111  2026-11-22 02:49:11Z  " + long,
		80: " w-111111111111111111111111111111  2026-11-22 02:49:11Z  " + long[:21] + "…",
		66: " w-1111111111111111111111111111…  2026-11-22 02:49Z  " + long[:11] + "…",
		62: " w-111111111111111111111111…  2026-11-22 02:49Z  " + long[:11] + "…",
		50: " w-111111111111111111111…  2026-11-22 02:49Z",
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

// Where a column has no room, narrower ones behind it have, and all that are left out are named.
func TestANarrowTableShowsWhatFits(t *testing.T) {
	t.Parallel()
	r := row("", "run", "20261129-152428-930376", "script", "-e", "database", "sqlite:demo.sqlite", "changed", int64(1), "outcome", "success", "user", "root", "calls", int64(1), "reason", "night shift")
	want := " run                     script  user\n" + strings.Repeat("─", 38) + "\n" +
		" 20261129-152428-930376  -e      root\n" +
		" +5 columns: database, changed, outcome,\n  calls, reason\n"
	if got := fitted(t, 40, r); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := fitted(t, 60, r); !strings.Contains(got, "  sqlite:demo…  1\n +4 columns: outcome, user, calls, reason\n") {
		t.Errorf("at 60 characters:\n%s", got)
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

func fitted(t *testing.T, width int, rows ...render.Row) string {
	t.Helper()
	var out bytes.Buffer
	p := render.NewPrinter(&out, render.Table, render.Kinds{})
	p.Fit(func() int { return width })
	if err := p.List(rows); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A column that was asked for is in the table or on a card, at every width; one that was not is
// named if there is no room.
func TestNoColumnDisappears(t *testing.T) {
	t.Parallel()
	names := []string{"id", "status", "name", "queue_name", "created_at", "attempts", "error"}
	build := func(asked bool) render.Row {
		r := row("", "id", "order-100021", "status", "ERROR", "name", "process_order", "queue_name", "orders",
			"created_at", time.Date(2026, 11, 22, 2, 49, 11, 0, time.UTC), "attempts", int64(3), "error", "no stock of "+strings.Repeat("blue chairs ", 5))
		if asked {
			r.Columns = names
		}
		return r
	}
	for width := 20; width <= 200; width++ {
		for _, asked := range []bool{true, false} {
			text := fitted(t, width, build(asked))
			for i, name := range names {
				if begin := name[:min(len(name), 5)]; !strings.Contains(text, begin) && (asked || width >= 60 && i < 3) {
					t.Fatalf("%d wide, asked %v: no column %s in\n%s", width, asked, name, text)
				}
			}
			for _, line := range strings.Split(text, "\n") {
				if card := strings.Contains(text, " id: "); !card && utf8.RuneCountInString(line) > max(width, 60) {
					t.Fatalf("%d wide, asked %v: %q", width, asked, line)
				}
			}
		}
	}
	if text := fitted(t, 60, build(false)); !strings.Contains(text, "\n +2 columns: created_at, error\n") {
		t.Errorf("what is left out is not named:\n%s", text)
	}
	if text := fitted(t, 30, build(true)); !strings.Contains(text, " error:      no stock of blue chairs") || strings.Contains(text, "…") {
		t.Errorf("no cards:\n%s", text)
	}
}

func TestLongCellsUseTheRoomThereIs(t *testing.T) {
	t.Parallel()
	id := strings.Repeat("x", 90)
	for _, width := range []int{0, 200} {
		if text := fitted(t, width, row("", "id", id, "n", int64(1))); !strings.Contains(text, id) {
			t.Errorf("%d wide:\n%s", width, text)
		}
	}
}

// A table of numbers by name, as seq.count_by returns, is read downwards.
func TestCountsAreTwoColumns(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := render.NewPrinter(&out, render.Table, render.Kinds{})
	for _, r := range []render.Row{row("table", "ERROR", int64(3), "SUCCESS", int64(90)), row("table", "queue", "q", "n", int64(1)), row("table", "queue", "r", "n", int64(2))} {
		if err := p.One(r); err != nil {
			t.Fatal(err)
		}
	}
	_ = p.Flush()
	want := " name     count\n────────────────\n ERROR    3\n SUCCESS  90\n\n queue  n\n──────────\n q      1\n r      2\n"
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
}
