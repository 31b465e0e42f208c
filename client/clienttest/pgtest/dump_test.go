package pgtest

import (
	"strings"
	"testing"
)

func TestADumpShowsEveryChange(t *testing.T) {
	t.Parallel()
	database := NewDatabase(t)
	conn := connect(t, database)
	seen := map[string]string{}
	for _, change := range []string{"CREATE TABLE kept (word TEXT)", "INSERT INTO kept VALUES ('yes')", "CREATE INDEX i ON kept (word)", "DELETE FROM kept"} {
		if _, err := conn.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		dump := Dump(t, database)
		if !strings.Contains(dump, "kept") || dump != Dump(t, database) {
			t.Fatalf("two dumps differ, or lack the table:\n%s", dump)
		}
		if before, twice := seen[dump]; twice {
			t.Errorf("after %s the dump is that of %s", change, before)
		}
		seen[dump] = change
	}
}
