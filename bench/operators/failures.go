package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/bench/databases"
	"github.com/dbos-script/dbos-script/client/clienttest/families"
)

const (
	failed       = 100_000
	mostGroups   = 60
	mostFailures = 1.5  // seconds
	mostGrouping = 50.0 // megabytes of the whole process
)

// measureFailures groups the messages of forty families on both back ends.
func measureFailures(ctx context.Context, m *machine) ([]figure, error) {
	server, err := m.servers.Own(ctx, "operators_failures")
	if err != nil {
		return nil, err
	}
	file, err := databases.NewSQLite(ctx, m.place)
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	messages := make([]string, failed)
	for i, message := range families.Messages(failed, 7) {
		messages[i] = message.Text
	}
	var figures []figure
	for _, d := range []*databases.Database{server, file} {
		err := d.Fail(ctx, messages)
		if err == nil {
			err = d.Tidy(ctx)
		}
		if err == nil {
			var more []figure
			more, err = m.failures(ctx, d)
			figures = append(figures, more...)
		}
		if err = errors.Join(err, d.Close()); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

func (m *machine) failures(ctx context.Context, d *databases.Database) ([]figure, error) {
	audit := filepath.Join(m.place, "audit.jsonl")
	one, err := m.shortest(ctx, "list", "--limit", "1", "--db", d.URL, "--audit", audit)
	if err != nil {
		return nil, err
	}
	u, err := m.shortest(ctx, "failures", "--limit", "1000", "--output", "table", "--db", d.URL, "--audit", audit)
	if err != nil {
		return nil, err
	}
	rows, err := m.shortest(ctx, "failures", "--limit", "1000", "--output", "ndjson", "--db", d.URL, "--audit", audit)
	if err != nil {
		return nil, err
	}
	name := "failures on " + map[bool]string{true: "SQLite", false: "Postgres"}[d.IsSQLite()]
	say("%s: a command that reads one row takes %.0f MB, failures %.0f MB and %.2f s of processor time", name, one.megabytes(), u.megabytes(), u.CPU)
	return []figure{
		{name + ": groups of 100,000 messages", float64(strings.Count(u.out, "\n") - 1), mostGroups, ""},
		{name + ": time", u.Seconds, mostFailures, " s"},
		{name + ": memory", u.megabytes(), mostGrouping, " MB"},
		{name + ": time, as rows with all ids", rows.Seconds, mostFailures, " s"},
		{name + ": memory, as rows with all ids", rows.megabytes(), mostGrouping, " MB"},
	}, nil
}
