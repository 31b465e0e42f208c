package client

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
)

// A list that takes long names, once, the filters without an index, and says how to narrow it.
func TestASlowListSaysHowToNarrowIt(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	database, err := db.Open(t.Context(), db.Config{URL: "sqlite::memory:", Logger: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close(0) })
	s := &session{db: database, config: ClientConfig{Logger: slog.New(slog.NewTextHandler(&log, nil))}}
	c := newLive(s, t.Context(), "")
	if err := database.Script(t.Context(), []string{"CREATE TABLE workflow_status (status TEXT)"}); err != nil {
		t.Fatal(err)
	}
	named := apply([]ListWorkflowsOption{WithName("w"), WithUser("ann")})
	for _, silent := range []struct {
		options ListWorkflowsOptions
		took    time.Duration
	}{
		{named, 900 * time.Millisecond},
		{apply([]ListWorkflowsOption{WithSortDesc()}), 2 * time.Second},
		{apply([]ListWorkflowsOption{WithName("w"), WithStartTime(time.Now())}), 2 * time.Second},
		{apply([]ListWorkflowsOption{WithName("w"), WithWorkflowIDs([]string{"w"})}), 2 * time.Second},
	} {
		c.noteTime("list", silent.options, silent.took)
	}
	if log.Len() > 0 {
		t.Errorf("it warns of nothing: %s", &log)
	}
	c.noteTime("list", named, 2*time.Second)
	if log.Len() > 0 {
		t.Errorf("it warns of an empty table: %s", &log)
	}
	if err := database.Script(t.Context(), []string{"INSERT INTO workflow_status (rowid) VALUES (200000)"}); err != nil {
		t.Fatal(err)
	}
	c.noteTime("list", named, 1940*time.Millisecond)
	c.noteTime("list", named, 3*time.Second)
	got := log.String()
	if strings.Count(got, "level=WARN") != 1 || !strings.Contains(got, "list: this took 1.9s, because no index leads to workflows by name, user; narrow it by start_time") {
		t.Errorf("it says %s", got)
	}
}
