package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A Source is a script with the modules that it requires, as one text.
type Source struct {
	Hash      string
	Name      string // the name of the script, for people
	Text      string
	CreatedBy string    // who stored it first
	CreatedAt time.Time // when it was stored first; AddSources sets it
}

const (
	// insertSources keeps the text that a hash has, because runs that began with it replay it. The
	// condition keeps SQLite from reading ON as that of a join.
	insertSources = `
INSERT INTO {dbos_script_sources} (hash, name, source, created_by, created_at)
SELECT r.hash, r.name, r.source, r.who, CAST(:now AS BIGINT)
FROM {rows r hash:TEXT=:hashes name:TEXT=:names source:TEXT=:texts who:TEXT=:people} WHERE TRUE
ON CONFLICT (hash) DO NOTHING`

	selectSources = `SELECT s.hash, s.name, s.source, s.created_by, s.created_at FROM {dbos_script_sources} AS s WHERE {in s.hash :hashes} ORDER BY s.hash`

	listSources = `SELECT s.hash, s.name, s.created_by, s.created_at FROM {dbos_script_sources} AS s ORDER BY s.created_at DESC, s.hash`

	deleteSources = `DELETE FROM {dbos_script_sources} WHERE {in hash :hashes}`
)

// AddSources stores sources under their hashes, with one round trip, and returns how many are new,
// as far as no answer was lost. A hash that is known keeps its text, its name and its time. It
// returns an error, and stores none, if a source has no hash, no name or nobody who stores it, or
// if a text is not valid UTF-8 or has a NUL.
func (s *Store) AddSources(ctx context.Context, sources ...Source) (added int64, err error) {
	// Sources are written in the order of their hashes, so that two processes never
	// wait for each other.
	sources = slices.SortedFunc(slices.Values(sources), func(a, b Source) int { return cmp.Compare(a.Hash, b.Hash) })
	sources = slices.CompactFunc(sources, func(a, b Source) bool { return a.Hash == b.Hash })
	columns := map[string][]string{"hashes": {}, "names": {}, "texts": {}, "people": {}}
	for _, source := range sources {
		if err := source.check(); err != nil {
			return 0, err
		}
		columns["hashes"], columns["names"] = append(columns["hashes"], source.Hash), append(columns["names"], source.Name)
		columns["texts"], columns["people"] = append(columns["texts"], source.Text), append(columns["people"], source.CreatedBy)
	}
	args := query.Args{"now": s.now()}
	for name, column := range columns {
		args[name] = column
	}
	err = s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(insertSources, args, &added) })
	return added, err
}

func (source Source) check() error {
	switch {
	case source.Hash == "":
		return fmt.Errorf("the source of %q has no hash", source.Name)
	case source.Name == "":
		return fmt.Errorf("the source %q has no name", source.Hash)
	case source.CreatedBy == "":
		return fmt.Errorf("the source %q of %q does not say who stores it", source.Hash, source.Name)
	}
	for _, text := range []string{source.Hash, source.Name, source.Text, source.CreatedBy} {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			return fmt.Errorf("the source %q of %q cannot be stored: a text of it is not valid UTF-8, or has a NUL", source.Hash, source.Name)
		}
	}
	return nil
}

// Sources returns the sources of hashes, in the order of the hashes; one that is not
// stored is missing.
func (s *Store) Sources(ctx context.Context, hashes ...string) (sources []Source, err error) {
	err = s.tables.DB().Read(ctx, func(b *db.Batch) {
		db.Collect(b, &sources, selectSources, query.Args{"hashes": hashes}, func(row db.Row) (found Source, err error) {
			var created int64
			err = row.Scan(&found.Hash, &found.Name, &found.Text, &found.CreatedBy, &created)
			found.CreatedAt = time.UnixMilli(created)
			return found, err
		})
	})
	return sources, err
}

// ListSources returns all sources without their texts, the newest first.
func (s *Store) ListSources(ctx context.Context) (sources []Source, err error) {
	err = s.tables.DB().Read(ctx, func(b *db.Batch) {
		db.Collect(b, &sources, listSources, query.Args{}, func(row db.Row) (found Source, err error) {
			var created int64
			err = row.Scan(&found.Hash, &found.Name, &found.CreatedBy, &created)
			found.CreatedAt = time.UnixMilli(created)
			return found, err
		})
	})
	return sources, err
}

// DeleteSources forgets sources, and returns how many of the hashes were stored. Runs that began
// with one cannot go on without it.
func (s *Store) DeleteSources(ctx context.Context, hashes ...string) (deleted int64, err error) {
	err = s.tables.DB().Run(ctx, func(b *db.Batch) { b.Exec(deleteSources, query.Args{"hashes": hashes}, &deleted) })
	return deleted, err
}
