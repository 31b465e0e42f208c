package schema_test

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client/internal/schema"
)

func TestCheckVersionNamesTheVersions(t *testing.T) {
	t.Parallel()
	for version, ok := range map[int]bool{107: true, 125: true, 0: false, 108: false, 126: false, -1: false} {
		err := schema.CheckVersion(version)
		if (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "125 or 107, not at") {
			t.Errorf("%d: %v", version, err)
		}
	}
}
