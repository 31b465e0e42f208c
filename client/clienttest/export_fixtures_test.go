package clienttest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// fixtures is the folder with the rows that applications of three SDKs wrote.
const fixtures = "testdata/fixtures"

// What real applications wrote survives the way to a file and into another database, and back, byte for byte.
func TestTheRowsOfEverySDKSurvive(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(fixtures, "rows-*.jsonl"))
	must(t, err)
	if len(files) < 3 {
		t.Fatalf("%s has the rows of %d SDKs", fixtures, len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			source := clienttest.On(t, "Postgres")
			insertRows(t, source, path)
			survives(t, source, clienttest.On(t, "SQLite"), clienttest.On(t, "Postgres"))
			survives(t, source, clienttest.On(t, "Postgres"), clienttest.On(t, "SQLite"))
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

// insertRows inserts the rows of a file of JSON lines, as Postgres reads them.
func insertRows(t *testing.T, b clienttest.Backend, path string) {
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
		columns := []string{}
		for _, column := range slices.Sorted(maps.Keys(row)) {
			columns = append(columns, `"`+column+`"`)
		}
		list := strings.Join(columns, ", ")
		must(t, b.Database.DB().Run(t.Context(), func(batch *db.Batch) {
			batch.Exec("INSERT INTO {"+table+"} ("+list+") SELECT "+list+" FROM json_populate_record(CAST(NULL AS {"+table+"}), CAST(:text AS JSON))", map[string]any{"text": lines.Text()}, nil)
		}))
	}
	must(t, lines.Err())
}
