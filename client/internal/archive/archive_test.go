package archive

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// layout has a table of workflows and one of steps.
func layout() Layout {
	return Layout{Tables: []Table{
		{Name: "workflow_status", Columns: []string{"workflow_uuid", "status", "inputs"}, WorkflowColumn: 0, Key: []int{0}},
		{Name: "operation_outputs", Columns: []string{"workflow_uuid", "function_id", "output"}, WorkflowColumn: 0, Key: []int{0, 1}},
		{Name: "streams", Columns: []string{"workflow_uuid", "key"}, WorkflowColumn: 0, Key: []int{0, 1}},
	}}
}

const (
	head  = `{"dbos_export":1,"workflows":2,"tables":[{"name":"workflow_status","columns":["workflow_uuid","status"]},{"name":"operation_outputs","columns":["function_id","workflow_uuid","output"]},{"name":"streams","columns":["workflow_uuid","key"]}]}` + "\n"
	first = `{"workflow_status":{"workflow_uuid":"a","status":"SUCCESS"}}` + "\n"
	step  = `{"operation_outputs":{"workflow_uuid":"a","function_id":0}}` + "\n"
	other = `{"workflow_status":{"workflow_uuid":"b"}}` + "\n"
	last  = `{"end":{"workflows":2,"rows":3}}` + "\n"
)

// readAll returns the ids of all workflows.
func readAll(from io.Reader, longest int) (ids []string, err error) {
	r, err := NewReader(from, layout(), longest)
	if err != nil {
		return nil, err
	}
	for {
		w, err := r.Next()
		if err == io.EOF {
			return ids, nil
		}
		if err != nil {
			return ids, err
		}
		ids = append(ids, w.ID)
	}
}

func TestAFileIsRead(t *testing.T) {
	t.Parallel()
	whole := head + first + step + other + last
	for name, text := range map[string]string{
		"as it was written": whole, "without the last line's end": strings.TrimSuffix(whole, "\n"),
		"from Windows":    strings.ReplaceAll(whole, "\n", "\r\n"),
		"with spaces":     strings.ReplaceAll(strings.ReplaceAll(whole, `":`, `" : `), `,"`, ` , "`),
		"with a null":     strings.Replace(whole, `"status":"SUCCESS"`, `"status":null`, 1),
		"with an unknown": strings.Replace(whole, `"workflows":2,"tables"`, `"workflows":2,"later":{"a":1},"tables"`, 1),
	} {
		text = strings.Replace(text, `{"end" : {`, `{"end":{`, 1)
		ids, err := readAll(strings.NewReader(text), 0)
		if err != nil || !reflect.DeepEqual(ids, []string{"a", "b"}) {
			t.Errorf("%s: %v, %v", name, ids, err)
		}
	}
}

// Each mistake is an error that names its line.
func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", "line 1: there is nothing"},
		{"hello\n", "line 1: this is no export"},
		{"{}\n", "line 1: this is no export"},
		{strings.Replace(head, `"dbos_export":1`, `"dbos_export":2`, 1), "line 1: the file has version 2 of the format, and this dbos-script reads version 1"},
		{strings.Replace(head, `"name":"streams"`, `"name":"queues"`, 1), `line 1: the header names a table "queues", which this dbos-script does not know`},
		{strings.Replace(head, `"name":"streams"`, `"name":"operation_outputs"`, 1), "line 1: the header names the table operation_outputs in the wrong order"},
		{strings.Replace(head, `"key"`, `"later"`, 1), `line 1: the header names a column streams."later", which this`},
		{strings.Replace(head, `"key"`, `"workflow_uuid"`, 1), "line 1: the header names the column streams.workflow_uuid twice"},
		{strings.Replace(head, `"function_id",`, ``, 1), "line 1: the header lacks the column operation_outputs.function_id"},
		{`{"dbos_export":1,"tables":[]}`, "line 1: the header does not begin with the table workflow_status"},
		{head, "line 2: the file ends early"},
		{head + first + step + other, "line 5: the file ends early"},
		{head + step + first + other + last, "line 2: a row of operation_outputs comes before its workflow"},
		{head + first + other + step + last, `line 4: a row of operation_outputs of workflow "a" is among the rows of "b"`},
		{head + first + first + last, `line 3: the workflow "a" occurs twice`},
		{head + other + first + last, `line 3: the workflow "a" comes after "b"`},
		{head + first + step + step + other + last, "line 4: the row occurs twice: operation_outputs has its key already"},
		{head + first + `{"streams":{"workflow_uuid":"a","key":"k"}}` + "\n" + step, "line 4: a row of operation_outputs comes after a row of streams"},
		{head + first + other + last, "line 4: lines are missing: there are 2 workflows and 2 rows, and the file had 2 and 3"},
		{head + first + step + strings.Replace(last, `"workflows":2`, `"workflows":1`, 1), "line 4: lines are missing"},
		{head + first + step + other + last + last, "line 6: there is text after the end"},
		{head + "\n", "line 2: it is no row"},
		{head + `{"end":3}`, "line 2: it is not the end of an export"},
		{head + `{"queues":{}}`, `line 2: the header names no table "queues"`},
		{head + `{"workflow_status":{"inputs":"x"}}`, `line 2: the header names no column "inputs" of workflow_status`},
		{head + `{"workflow_status":{}}`, "line 2: the workflow has no id"},
		{head + `{"workflow_status":{"workflow_uuid":7}}`, "line 2: the workflow has no id"},
		{head + `{"workflow_status":{"status":"a","status":"b"}}`, "line 2: workflow_status.status occurs twice"},
		{head + `{"workflow_status":{"status":1.5}}`, `line 2: workflow_status.status: "1.5" is no value`},
		{head + `{"workflow_status":{"status":99999999999999999999}}`, `line 2: workflow_status.status: "99999999999999999999" is no value`},
		{head + `{"workflow_status":{"status":["a"]}}`, `line 2: workflow_status.status: "[\"a\"]" is no value`},
		{head + `{"workflow_status":{"status":{"blob":"?"}}}`, "line 2: workflow_status.status: the blob of a value is no base64"},
		{head + `{"workflow_status":{"status":{"real":"NaN"}}}`, `line 2: workflow_status.status: "NaN" is no real number`},
		{head + `{"workflow_status":{"status":{"date":"x"}}}`, `line 2: workflow_status.status: "date" is no kind of value`},
		{head + `{"workflow_status":{"status":"a` + "\x01" + `"}}`, "line 2: workflow_status.status: a string has a control character"},
		{head + `{"workflow_status":{"status":"\x"}}`, "line 2: workflow_status.status: a string has an escape"},
		{head + `{"workflow_status":{"status":"a`, "line 2: workflow_status.status: a string does not end"},
		{head + "{\"workflow_status\":{\"status\":\"\xff\"}}", "line 2: it is not valid UTF-8"},
		{head + `{"workflow_status":{"workflow_uuid":"a"}} x`, "line 2: there is text after the row"},
		{head + `{"workflow_status":{"workflow_uuid":"` + strings.Repeat("x", 2000) + `"}}`, "line 2: it has more than 1000 bytes"},
		{"\x1f\x8bnothing", "line 1: its compression is broken"},
		{packed(head + first)[:60], "line 1: its compression is broken, or the file ends early"},
	} {
		if _, err := readAll(strings.NewReader(c.text), 1000); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.120q\n%v, want %s", c.text, err, c.want)
		}
	}
}

// The error of a reader is not one of a line.
func TestTheErrorOfAReaderIsReturned(t *testing.T) {
	t.Parallel()
	_, err := readAll(io.MultiReader(strings.NewReader(head+first), iotest.ErrReader(io.ErrClosedPipe)), 0)
	if err != io.ErrClosedPipe {
		t.Error(err)
	}
}

func packed(text string) string {
	var to bytes.Buffer
	w := gzip.NewWriter(&to)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return to.String()
}

func anyValue(t *rapid.T) Value {
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return Value{}
	case 1:
		return OfInt(rapid.Int64().Draw(t, "int"))
	case 2:
		return OfBool(rapid.Bool().Draw(t, "bool"))
	case 3:
		return Value{Kind: Real, Float: rapid.Float64().Draw(t, "real")}
	case 4:
		return Value{Kind: Blob, Bytes: string(rapid.SliceOf(rapid.Byte()).Draw(t, "blob"))}
	}
	if rapid.Bool().Draw(t, "bytes") {
		return OfText(string(rapid.SliceOf(rapid.Byte()).Draw(t, "text")))
	}
	return OfText(rapid.String().Draw(t, "text"))
}

// Every value of every row is read as it was written, compressed or not.
func TestRowsSurvive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tables := layout().Tables
		count := rapid.IntRange(0, 5).Draw(t, "workflows")
		var file bytes.Buffer
		w, err := NewWriter(&file, Header{Workflows: count, Tables: tables})
		if err != nil {
			t.Fatal(err)
		}
		var written []Workflow
		for n := range count {
			flow := Workflow{ID: fmt.Sprint("id", n)}
			flow.Rows = append(flow.Rows, Row{Values: []Value{OfText(flow.ID), anyValue(t), anyValue(t)}})
			for step := range rapid.IntRange(0, 3).Draw(t, "steps") {
				flow.Rows = append(flow.Rows, Row{Table: 1, Values: []Value{OfText(flow.ID), OfInt(int64(step)), anyValue(t)}})
			}
			var text []byte
			for _, row := range flow.Rows {
				text = AppendRow(text, tables[row.Table], row.Values)
			}
			if err := w.Workflow(flow.ID, len(flow.Rows), text); err != nil {
				t.Fatal(err)
			}
			written = append(written, flow)
		}
		if err := w.End(); err != nil {
			t.Fatal(err)
		}
		text := file.String()
		if rapid.Bool().Draw(t, "packed") {
			text = packed(text)
		}
		r, err := NewReader(strings.NewReader(text), layout(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range written {
			got, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			for i := range got.Rows {
				got.Rows[i].Line = 0
			}
			if got.ID != want.ID || !reflect.DeepEqual(got.Rows, want.Rows) {
				t.Fatalf("%+v, want %+v", got, want)
			}
		}
		if _, err := r.Next(); err != io.EOF {
			t.Fatal(err)
		}
	})
}

// A writer does not write what its reader would refuse.
func TestAWriterKeepsTheOrder(t *testing.T) {
	t.Parallel()
	w, err := NewWriter(io.Discard, Header{Workflows: 2, Tables: layout().Tables})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Workflow("b", 1, nil); err != nil {
		t.Error(err)
	}
	for _, id := range []string{"a", "b"} {
		if w.Workflow(id, 1, nil) == nil {
			t.Errorf("%s comes after b", id)
		}
	}
	if w.End() == nil {
		t.Error("a workflow that was promised may be missing")
	}
}

// No text makes the reader panic or fail without a line, and each file reads the same twice.
func FuzzReader(f *testing.F) {
	whole := head + first + step + other + last
	for _, text := range []string{whole, packed(whole), head, head + first, head + step, head + `{"workflow_status":{"workflow_uuid":{"text":"/w=="},"status":{"real":"1e400"}}}`,
		head + `{"workflow_status":{"workflow_uuid":"\ud800","status":-0}}`, strings.Replace(whole, "SUCCESS", `\u00e9\n`, 1)} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		ids, err := readAll(bytes.NewReader(text), 1<<16)
		if wrong := (*LineError)(nil); err != nil && (!asLine(err, &wrong) || wrong.Line < 1) {
			t.Fatalf("%v", err)
		}
		again, second := readAll(iotest.OneByteReader(bytes.NewReader(text)), 1<<16)
		if !reflect.DeepEqual(ids, again) || fmt.Sprint(err) != fmt.Sprint(second) {
			t.Fatalf("%v, %v; and %v, %v", ids, err, again, second)
		}
	})
}

func asLine(err error, to **LineError) (is bool) {
	*to, is = err.(*LineError)
	return is
}
