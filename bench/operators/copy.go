package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/bench/databases"
)

const (
	copied   = 10_000
	mostCopy = 10.0 // seconds of an export with its import
)

// measureExport carries workflows from Postgres to a file of SQLite, and from there to an empty
// Postgres.
func measureExport(ctx context.Context, m *machine) ([]figure, error) {
	source, err := m.servers.Own(ctx, "operators_source")
	if err != nil {
		return nil, err
	}
	defer source.Close()
	err = source.Add(ctx, databases.Group{Prefix: "copy", Count: copied, Status: "CASE n % 10 WHEN 9 THEN 'PENDING' WHEN 8 THEN 'ERROR' ELSE 'SUCCESS' END",
		Queue: "orders", Steps: 5, Talks: true, First: time.Now().AddDate(0, -1, 0), Spacing: time.Minute})
	if err == nil {
		err = source.Tidy(ctx)
	}
	if err != nil {
		return nil, err
	}
	there, back := 0.0, 0.0
	for turn := range m.turns {
		first, second, err := m.thereAndBack(ctx, source, turn)
		if err != nil {
			return nil, err
		}
		if turn == 0 {
			there, back = first, second
		}
		there, back = min(there, first), min(back, second)
	}
	return []figure{
		{"export from Postgres and import into SQLite, 10,000 workflows", there, mostCopy, " s"},
		{"export from SQLite and import into Postgres, 10,000 workflows", back, mostCopy, " s"},
	}, nil
}

// thereAndBack returns how long the commands of both ways took. Each way has an empty target.
func (m *machine) thereAndBack(ctx context.Context, source *databases.Database, turn int) (there, back float64, err error) {
	folder, err := os.MkdirTemp(m.place, "copy-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(folder)
	laptop, err := databases.NewSQLite(ctx, folder)
	if err != nil {
		return 0, 0, err
	}
	defer laptop.Close()
	home, err := m.servers.Own(ctx, fmt.Sprintf("operators_home_%d", turn))
	if err != nil {
		return 0, 0, err
	}
	defer home.Close()
	if there, err = m.copyTo(ctx, source, laptop, folder, "--mask", "customer"); err != nil {
		return 0, 0, err
	}
	back, err = m.copyTo(ctx, laptop, home, folder)
	return there, back, err
}

// copyTo exports all workflows and imports them.
func (m *machine) copyTo(ctx context.Context, from, to *databases.Database, folder string, flags ...string) (seconds float64, err error) {
	file := filepath.Join(folder, "workflows.ndjson")
	exported, err := m.run(ctx, append([]string{"export", "--prefix", "copy-", "--to", file, "--overwrite", "--db", from.URL}, flags...)...)
	if err != nil {
		return 0, err
	}
	imported, err := m.run(ctx, m.changing("import", file, "--db", to.URL)...)
	if err != nil {
		return 0, err
	}
	say("export %.2f s, %.0f MB, import %.2f s, %.0f MB\n%s\n%s", exported.Seconds, exported.megabytes(), imported.Seconds, imported.megabytes(), exported.log, imported.log)
	if want := fmt.Sprintf("import_workflows: %d of %d imported", copied, copied); !strings.Contains(imported.log, want) {
		return 0, fmt.Errorf("want %q: %s", want, imported.log)
	}
	count, inputs, err := to.Count(ctx, "copy")
	if err == nil && (count != copied || inputs != copied) {
		err = fmt.Errorf("%d workflows with %d inputs have come, and not %d", count, inputs, copied)
	}
	return exported.Seconds + imported.Seconds, err
}
