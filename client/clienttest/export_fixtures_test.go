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

// fixtures is a folder beside the project with what applications of the SDKs wrote. The tests are the same without it.
const fixtures = "../../../shared/fixtures"

// What real applications wrote survives the way to a file and into another database, and back, byte for byte.
func TestTheRowsOfEverySDKSurvive(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(fixtures, "*-*"))
	must(t, err)
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			if strings.HasSuffix(path, ".sqlite") {
				source := fileBackend(t, path)
				survives(t, source, clienttest.On(t, "Postgres"), clienttest.On(t, "SQLite"))
				survives(t, source, clienttest.On(t, "SQLite107"), clienttest.On(t, "Cockroach"))
				return
			}
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

// fileBackend returns a copy of a database file.
func fileBackend(t *testing.T, path string) clienttest.Backend {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	copied := filepath.Join(t.TempDir(), "copy.sqlite")
	must(t, os.WriteFile(copied, text, 0o600))
	return clienttest.Existing(t, client.ClientConfig{DatabaseURL: "sqlite:" + copied})
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
