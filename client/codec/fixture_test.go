package codec

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// row is a row of any table of a fixture file: what is text or NULL.
type row map[string]any

func (r row) text(column string) (text string, null bool) {
	text, ok := r[column].(string)
	return text, !ok
}

// eachFixtureRow reads the rows that real applications wrote, where they are
// at hand.
func eachFixtureRow(t *testing.T, use func(table string, r row)) (files []string) {
	t.Helper()
	files, err := filepath.Glob("../../../shared/fixtures/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		readRows(t, file, use)
	}
	return files
}

func readRows(t *testing.T, file string, use func(table string, r row)) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table := ""
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "== "); ok {
			table = name
			continue
		}
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		use(table, r)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// None of the rows holds a value that only its application could read, so none may be opaque.
func TestEveryFixtureRowDecodes(t *testing.T) {
	t.Parallel()
	codecs := map[string]any{} // of the workflows whose payload has a table of its own
	values, failures := map[string]int{}, map[string]int{}
	files := eachFixtureRow(t, func(table string, r row) {
		id, _ := r.text("workflow_uuid")
		codec, _ := r.text("serialization")
		if table == "workflow_status" {
			codecs[id] = codec
		}
		if table == "workflow_input" || table == "workflow_output" {
			codec = codecs[id].(string)
		}
		for _, column := range []string{"inputs", "output", "message", "value"} {
			text, null := r.text(column)
			if null || IsStreamClosed(text) {
				continue
			}
			values[codec]++
			checkDecodes(t, Encoded{text, codec, null})
		}
		if context, null := r.text("context"); !null {
			values["a schedule's"]++
			checkDecodes(t, Encoded{Text: context})
		}
		text, null := r.text("error")
		if e := DecodeError(text, codec, null); e != nil {
			failures[codec]++
			checkErrorDecodes(t, e)
		}
	})
	t.Logf("%d files: values %v, errors %v, by codec; none is opaque", len(files), values, failures)
	if len(files) > 0 && (len(values) < 5 || len(failures) < 4) {
		t.Error("the files hold fewer codecs than their applications have")
	}
}

func checkDecodes(t *testing.T, e Encoded) {
	t.Helper()
	value := e.Decode()
	if opaque, ok := value.(Opaque); ok {
		t.Errorf("%s %q: %s", e.Codec, e.Text, opaque.Reason)
	}
	if _, err := EncodeJSON(value, ""); err != nil {
		t.Errorf("%s %q: %v", e.Codec, e.Text, err)
	}
}

func checkErrorDecodes(t *testing.T, e *RemoteError) {
	t.Helper()
	if e.Message == "" || strings.ContainsAny(e.Message, "{}") || len(e.Message) > 120 {
		t.Errorf("%q: message %q", e.Raw, e.Message)
	}
}
