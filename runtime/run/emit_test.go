package run_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/stdlib/render"
)

// A shelf is a client with a list of workflows.
type shelf struct {
	client.Client
	rows []client.WorkflowStatus
	err  error // after the rows
}

func (s shelf) WithContext(context.Context) client.Client { return s }

func (s shelf) ListWorkflows(...client.ListWorkflowsOption) ([]client.WorkflowStatus, error) {
	return s.rows, nil
}

func (s shelf) Workflows(...client.ListWorkflowsOption) iter.Seq2[client.WorkflowStatus, error] {
	return func(yield func(client.WorkflowStatus, error) bool) {
		for _, row := range s.rows {
			if !yield(row, nil) {
				return
			}
		}
		if s.err != nil {
			yield(client.WorkflowStatus{}, s.err)
		}
	}
}

// storedTexts are payloads in every spelling, whole and broken.
func storedTexts() []codec.Encoded {
	texts := []string{`{"b":1,"a":[2,{"d":null,"c":"x"}]}`, `{"a":1,"a":2}`, ` [ 1.0 , 1e3, -0, 1e400, 0.1e-7, 123456789012345678901234567890, 9007199254740993 ] `,
		`"text"`, `"a\u00e9\n\"\ud83d"`, "{\"\xff\":\"\xfe\"}", `12`, `12.50`, `null`, `true`, `{}`, `[]`, `[[],{}]`, ``, `{`, `not json`,
		`{"json":{"b":1,"a":2},"__dbos_serializer":"superjson"}`, `{"json":{"at":"2026-01-02T03:04:05.678Z"},"meta":{"values":{"at":["Date"]},"v":1},"__dbos_serializer":"superjson"}`,
		`{"dbos_type":"dbos_Date","dbos_data":"2026-01-02T03:04:05Z"}`, `{"positionalArgs":[{"z":1,"y":[true]}],"namedArgs":{}}`}
	var stored []codec.Encoded
	for _, text := range texts {
		for _, name := range []string{codec.PortableJSON, codec.SuperJSON, codec.LegacyJSON, codec.Pickle, codec.Jackson, ""} {
			stored = append(stored, codec.Encoded{Text: text, Codec: name})
		}
		stored = append(stored, codec.Encoded{Text: base64.StdEncoding.EncodeToString([]byte(text)), Codec: codec.DBOSJSON})
	}
	deep := strings.Repeat(`{"a":[`, 300) + strings.Repeat(`]}`, 300)
	return append(stored, codec.Encoded{Text: deep, Codec: codec.PortableJSON}, codec.Encoded{Text: "gASVBwAAAAAAAABDA2hp/5Qu", Codec: codec.Pickle}, codec.Encoded{Text: "gASVCgAAAAAAAABHf/AAAAAAAAAu", Codec: codec.Pickle},
		codec.Encoded{Text: codec.NilMarker, Codec: codec.DBOSJSON})
}

func storedRows() []client.WorkflowStatus {
	var rows []client.WorkflowStatus
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	for i, e := range storedTexts() {
		row := client.WorkflowStatus{ID: fmt.Sprintf("w-%d", i), Status: client.WorkflowStatusError, Name: "n\xff\n", Input: e, Output: e, CreatedAt: at, Attempts: i,
			Timeout: time.Duration(i) * 100 * time.Millisecond, Serialization: e.Codec, AuthenticatedRoles: []string{"a", "b"}}
		if i%2 == 0 {
			row.Attributes, row.IsDebounced = map[string]any{"z": int64(1), "a": []any{nil, 1.5, 2.0}, "m": map[string]any{}}, true
			row.Error = codec.DecodeError(`{"name":"E","message":"no","code":7,"data":{"b":[1],"a":null}}`, codec.PortableJSON, false)
		}
		rows = append(rows, row)
	}
	return rows
}

// A record is written the same whether the script has read its fields or not: what it has read is
// written from the script's values, and the rest from the stored texts.
func TestEmitWritesStoredTextsAsValues(t *testing.T) {
	t.Parallel()
	const read = `local function touched(list) for _, wf in ipairs(list) do for _ in pairs(wf) do end end return list end `
	for _, format := range render.Formats {
		for what, call := range map[string]string{"all": `emit(%s)`, "columns": `emit(%s, {columns = {"input", "id", "attributes"}})`, "each": `for _, wf in ipairs(%s) do emit(wf) end`,
			"encoded": `for _, wf in ipairs(%s) do print(json.encode(wf)) end`, "csv": `print(csv.encode(%s, {columns = {"id", "output"}}))`} {
			outputs := map[string]string{}
			for _, list := range []string{`dbos.list_workflows()`, `touched(dbos.list_workflows())`, `dbos.workflows()`} {
				if list == `dbos.workflows()` && (what == "each" || what == "encoded") {
					continue
				}
				config := run.Config{Environment: run.Environment{Client: shelf{rows: storedRows()}}}
				config.Format = render.Format(format)
				out, err := execute(t, config, read+fmt.Sprintf(call, list))
				if err != nil {
					t.Fatalf("%s %s %s: %v", format, what, list, err)
				}
				outputs[list] = out
			}
			for list, out := range outputs {
				if want := outputs[`touched(dbos.list_workflows())`]; out != want || len(out) < 300 {
					t.Errorf("%s %s of %s:\n%s", format, what, list, firstDifference(out, want))
				}
			}
		}
	}
}

func firstDifference(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(i-100, 0)
	return fmt.Sprintf("%q\nwant\n%q", got[from:min(i+200, len(got))], want[from:min(i+200, len(want))])
}

// A value that a script has changed is written as it is now.
func TestEmitWritesWhatTheScriptChanged(t *testing.T) {
	t.Parallel()
	rows := []client.WorkflowStatus{{ID: "w", Input: codec.Encoded{Text: `{"a":1}`, Codec: codec.PortableJSON}}}
	config := run.Config{Environment: run.Environment{Client: shelf{rows: rows}}}
	out, err := execute(t, config, `local wf = dbos.list_workflows()[1] wf.input.a = 2 emit(wf, {columns = {"input"}})`)
	if want := `{"input":{"a":2}}` + "\n"; err != nil || out != want {
		t.Errorf("%q, %v, want %q", out, err, want)
	}
}

func manyRows(count int) []client.WorkflowStatus {
	rows := make([]client.WorkflowStatus, count)
	for i := range rows {
		rows[i].ID = fmt.Sprintf("w-%d", i)
	}
	return rows
}

// After an error in the middle, what came before it is written, and a JSON array is whole.
func TestAnErrorInTheMiddleLeavesWholeRows(t *testing.T) {
	t.Parallel()
	for _, count := range []int{0, 1, 99, 100, 101, 1500} {
		for _, format := range render.Formats {
			config := run.Config{Environment: run.Environment{Client: shelf{rows: manyRows(count), err: errors.New("the line was cut")}}}
			config.Format = render.Format(format)
			out, err := execute(t, config, `emit(dbos.workflows(), {columns = "id"})`)
			if err == nil || !strings.Contains(err.Error(), "the line was cut") {
				t.Fatalf("%s: %v", format, err)
			}
			if got := strings.Count(out, "w-"); got != count {
				t.Errorf("%s has %d of %d rows:\n%.300s", format, got, count, out)
			}
			var list []map[string]string
			if format == string(render.JSON) && count > 0 && (json.Unmarshal([]byte(out), &list) != nil || len(list) != count) {
				t.Errorf("of %d rows no array of JSON:\n%.300s", count, out)
			}
			if count == 0 && out != "" {
				t.Errorf("%s of nothing is %q", format, out)
			}
		}
	}
}

// Output of a script while an array is open stands behind the array.
func TestNothingStandsInTheMiddleOfAnArray(t *testing.T) {
	t.Parallel()
	config := run.Config{}
	config.Format = render.JSON
	out, err := execute(t, config, `
		local n = 0
		emit(function()
			n = n + 1
			if n == 150 then print("printed") emit({2, 3}) emit(function() return nil end) print("written") end
			if n <= 250 then return n end
		end)
		print("after")`)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	var list []int
	if err := decoder.Decode(&list); err != nil || len(list) != 250 {
		t.Fatalf("%v in\n%s", err, out)
	}
	if rest, want := out[decoder.InputOffset():], "\nprinted\n[\n  2,\n  3\n]\n[]\nwritten\nafter\n"; rest != want {
		t.Errorf("%q, want %q", rest, want)
	}
}

// An emit that fails at once leaves the next one alone, and a mistake in a column writes nothing.
func TestARefusedEmitWritesNothing(t *testing.T) {
	t.Parallel()
	for _, format := range render.Formats {
		config := run.Config{Environment: run.Environment{Client: shelf{rows: manyRows(3)}}}
		config.Format = render.Format(format)
		out, err := execute(t, config, `
			local ok, err = pcall(emit, dbos.workflows(), {columns = {"id", "statsu"}})
			assert(not ok and err.message:find('did you mean "status"', 1, true), err)
			ok, err = pcall(emit, dbos.list_workflows(), {columns = {"id", "statsu"}})
			assert(not ok and err.message:find('did you mean "status"', 1, true), err)
			ok = pcall(emit, {"a", print})
			assert(not ok)
			print("end")`)
		if err != nil || out != "end\n" {
			t.Errorf("%s: %q, %v", format, out, err)
		}
	}
}

// However many rows an iterator has, few of them are held, in every format. A list that was read
// is not copied either.
func TestEmitHoldsFewRows(t *testing.T) {
	for _, format := range render.Formats {
		text := codec.Encoded{Text: `{"note":"` + strings.Repeat("x", 8000) + `"}`, Codec: codec.PortableJSON}
		rows := manyRows(15_000)
		for i := range rows {
			rows[i].Input = text
		}
		config := run.Config{Environment: run.Environment{Client: shelf{rows: rows}}, Limits: vm.Limits{Memory: 64 << 20}}
		config.Format = render.Format(format)
		counted := &counting{}
		config.Stdout = counted
		runtime.GC()
		err := run.Do(t.Context(), config, func(r *run.Run) error { return r.Execute(run.Text("test.lua", `emit(dbos.workflows())`)) })
		if err != nil || counted.bytes < 5*15_000 {
			t.Errorf("%s: %d bytes, %v", format, counted.bytes, err)
		}
	}
}

type counting struct{ bytes int }

func (c *counting) Write(p []byte) (int, error) {
	c.bytes += len(p)
	return len(p), nil
}
