package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNotInstalled says that this machine has no PostgreSQL server, and how to get one.
var ErrNotInstalled = errors.New("PostgreSQL's server programs were not found in PATH nor under /usr/lib/postgresql; " +
	"install them: apt-get install -y --no-install-recommends postgresql")

// installedFolders is where distributions keep the server's programs, which are seldom in PATH.
const installedFolders = "/usr/lib/postgresql/*/bin:/usr/pgsql-*/bin:/opt/homebrew/opt/postgresql@*/bin:/usr/local/opt/postgresql@*/bin"

// findBinaries returns the folder of initdb, pg_ctl and postgres: the first one in path that has
// all three, else the newest version that matches one of the patterns. Both are lists separated
// by colons.
func findBinaries(path, patterns string) (string, error) {
	for _, folder := range filepath.SplitList(path) {
		if hasServer(folder) {
			return folder, nil
		}
	}
	for _, pattern := range filepath.SplitList(patterns) {
		folders, err := filepath.Glob(pattern)
		if err != nil {
			return "", fmt.Errorf("look for PostgreSQL under %s: %w", pattern, err)
		}
		folders = slices.DeleteFunc(folders, func(folder string) bool { return !hasServer(folder) })
		if len(folders) > 0 {
			return slices.MaxFunc(folders, func(a, b string) int { return majorVersion(a) - majorVersion(b) }), nil
		}
	}
	return "", ErrNotInstalled
}

func hasServer(folder string) bool {
	for _, program := range []string{"initdb", "pg_ctl", "postgres"} {
		info, err := os.Stat(filepath.Join(folder, program))
		if err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// majorVersion is the last number in the path, 0 when it has none.
func majorVersion(folder string) int {
	digits := strings.FieldsFunc(folder, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	version, err := strconv.Atoi(digits[len(digits)-1])
	if err != nil {
		return 0
	}
	return version
}
