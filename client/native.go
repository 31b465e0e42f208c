package client

import (
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// Which SDK's application runs a workflow is written nowhere, and yet three things depend on it:
// how a schedule's context and a scheduled run's input are written, and how a debounce key is spelled. It shows in the serialization
// of the workflow's recent runs, as far as their application wrote it; portable_json tells nothing.
// For a workflow that has not run yet, the SDK that made the tables is the best guess.

// recentRuns bounds the look: the newest rows come from the index on created_at.
const recentRuns = `(SELECT newest.name, COALESCE(newest.serialization, '') AS codec FROM {workflow_status} AS newest
	ORDER BY newest.created_at DESC LIMIT 1000)`

// What the SDKs write; a row that names no serialization is of another SDK than Go's.
const (
	byGo            = `recent.codec IN ('DBOS_JSON', 'DBOS_GOB')`
	notByGo         = `recent.codec NOT IN ('DBOS_JSON', 'DBOS_GOB', 'portable_json')`
	byPython        = `recent.codec = 'py_pickle'`
	notByPython     = `recent.codec NOT IN ('portable_json', 'py_pickle', '')`
	byTypeScript    = `substr(recent.codec, 1, 3) = 'js_'`
	notByTypeScript = `recent.codec <> 'portable_json' AND substr(recent.codec, 1, 3) <> 'js_'`
)

// recentlyRan is true where a recent run of the workflow that an expression names was written so.
func recentlyRan(name, writer string) string {
	return `EXISTS (SELECT 1 FROM ` + recentRuns + ` AS recent WHERE recent.name = ` + name + ` AND ` + writer + `)`
}

// python is true where the workflow that an expression names seems to be a Python application's: its
// recent runs are, or it has none and those of all others are.
func python(name string) string {
	return `(` + recentlyRan(name, byPython) + ` OR NOT ` + recentlyRan(name, notByPython) + `
		AND EXISTS (SELECT 1 FROM ` + recentRuns + ` AS recent WHERE ` + byPython + `)
		AND NOT EXISTS (SELECT 1 FROM ` + recentRuns + ` AS recent WHERE ` + notByPython + `))`
}

// believed is how long a guess is kept: it is made once for many calls, and an application of another SDK may come.
const believed = time.Minute

// A guess is whether a workflow is a TypeScript application's.
type guess struct {
	typescript bool
	until      time.Time
}

// typescript tells whether the workflow of a name seems to be a TypeScript application's.
func (c *systemClient) typescript(op, name string) (bool, error) {
	now := c.config.Clock()
	if known, found := c.guesses.Load(name); found && now.Before(known.(guess).until) {
		return known.(guess).typescript, nil
	}
	var answer db.Int
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		b.Query(c.selectTypeScript(), query.Args{"name": name}, func(row db.Row) error { return row.Scan(&answer) })
	})
	if err == nil {
		c.guesses.Store(name, guess{answer.Int64 != 0, now.Add(believed)})
	}
	return answer.Int64 != 0, err
}

func (c *systemClient) selectTypeScript() string {
	const name = "CAST(:name AS TEXT)"
	shown := recentlyRan(name, byTypeScript)
	if c.shape.TypeScript() {
		shown += " OR NOT " + recentlyRan(name, notByTypeScript)
	}
	return "SELECT CASE WHEN " + shown + " THEN 1 ELSE 0 END"
}
