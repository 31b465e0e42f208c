package peer

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Versions are the SDK versions that have a lock file, oldest first.
func Versions() ([]string, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(root, "tests", "interop", "versions"))
	if err != nil {
		return nil, fmt.Errorf("list the SDK versions: %w", err)
	}
	var versions []string
	for _, entry := range entries {
		versions = append(versions, entry.Name())
	}
	slices.SortFunc(versions, CompareVersions)
	return versions, nil
}

// CompareVersions compares dotted numbers one by one: 4.9 comes before 4.19.
func CompareVersions(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		return cmp.Compare(m, n)
	})
}
