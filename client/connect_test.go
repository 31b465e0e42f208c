package client

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/catalog"
	"github.com/dbos-script/dbos-script/client/internal/db"
)

// Two processes see that a column is missing from the tables for durable runs. The second one finds
// it added, and has not added it.
func TestOneOfTwoAddsAColumn(t *testing.T) {
	t.Parallel()
	c, err := NewClient(t.Context(), ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "a.sqlite"), Create: true, CreateRuns: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Shutdown(time.Second)
	s := c.(*systemClient).session
	err = s.db.Once(t.Context(), func(b *db.Batch) { b.Raw(`ALTER TABLE dbos_script_bulks DROP COLUMN "limits"`, nil, nil) })
	if err != nil {
		t.Fatal(err)
	}
	before, err := catalog.Read(t.Context(), s.db, s.config.DatabaseSchema)
	if err != nil || !before.OldBulks() {
		t.Fatalf("the column is there: %v", err)
	}
	for _, added := range []bool{true, false} {
		after, err := s.createRuns(t.Context(), before)
		if err != nil || !after.HasBulks() || s.createdRuns || s.completedRuns != added {
			t.Errorf("added %v, tables made %v: %v", s.completedRuns, s.createdRuns, err)
		}
	}
}
