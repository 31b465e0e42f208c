package clienttest_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// fixtures is the folder with the rows that applications of the SDKs wrote.
// tests/interop/fixtures_test.go records those of Go 1.8, Python 3.4 and Java, from Postgres
// and from SQLite.
const fixtures = "testdata/fixtures"

// Rows of real applications survive the way to a file, into another database and back, byte for
// byte.
func TestTheRowsOfEverySDKSurvive(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(fixtures, "rows-*.jsonl"))
	must(t, err)
	if len(files) < 8 {
		t.Fatalf("%s has %d files, and there are 6 SDKs, two of which use SQLite too", fixtures, len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			here, there, insert := "Postgres", "SQLite", insertRow
			if strings.Contains(path, "sqlite") {
				here, there, insert = "SQLite", "Postgres", insertValues
			}
			source := clienttest.On(t, here)
			insertRows(t, source, path, insert)
			survives(t, source, clienttest.On(t, there), clienttest.On(t, here))
			survives(t, source, clienttest.On(t, here), clienttest.On(t, there))
		})
	}
}

// survives exports from each database into the next, and compares it with the first.
func survives(t *testing.T, source clienttest.Backend, way ...clienttest.Backend) {
	t.Helper()
	from := source
	for _, to := range way {
		file, report := exportOf(t, from, client.ExportOptions{}, idsOf(from)...)
		if report.Workflows < 9 || len(report.LeftOut) > 0 {
			t.Errorf("exported: %+v", report)
		}
		imported(t, to, file)
		sameContents(t, to, source, held)
		from = to
	}
}

// insertRows inserts the rows of a file of JSON lines.
func insertRows(t *testing.T, b clienttest.Backend, path string, insert func(*db.Batch, string, string, map[string]any)) {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 64<<20)
	table := ""
	for lines.Scan() {
		if name, is := strings.CutPrefix(lines.Text(), "== "); is {
			table = name
			continue
		}
		if _, copied := copiedTables[table]; !copied {
			continue
		}
		row := map[string]any{}
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.UseNumber()
		if err := decoder.Decode(&row); err != nil && err != io.EOF {
			t.Fatalf("%s: %v", path, err)
		}
		must(t, b.Database.DB().Run(t.Context(), func(batch *db.Batch) { insert(batch, table, lines.Text(), row) }))
	}
	must(t, lines.Err())
}

// insertRow inserts a row as Postgres itself reads its JSON.
func insertRow(batch *db.Batch, table, text string, row map[string]any) {
	list := columnList(row)
	batch.Exec("INSERT INTO {"+table+"} ("+list+") SELECT "+list+" FROM json_populate_record(CAST(NULL AS {"+table+"}), CAST(:text AS JSON))", map[string]any{"text": text}, nil)
}

// insertValues inserts the values of a row of SQLite, which has texts, bytes, integers and NULL.
func insertValues(batch *db.Batch, table, _ string, row map[string]any) {
	var values []string
	args := map[string]any{}
	for _, column := range slices.Sorted(maps.Keys(row)) {
		value := row[column]
		switch v := value.(type) {
		case json.Number:
			value, _ = strconv.ParseInt(v.String(), 10, 64)
		case string:
			if digits, is := strings.CutPrefix(v, "blob:"); is {
				value, _ = hex.DecodeString(digits)
			}
		}
		values, args["v_"+column] = append(values, ":v_"+column), value
	}
	batch.Exec("INSERT INTO {"+table+"} ("+columnList(row)+") VALUES ("+strings.Join(values, ", ")+")", args, nil)
}

func columnList(row map[string]any) string {
	var columns []string
	for _, column := range slices.Sorted(maps.Keys(row)) {
		columns = append(columns, `"`+column+`"`)
	}
	return strings.Join(columns, ", ")
}
