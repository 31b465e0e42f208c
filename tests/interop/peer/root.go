package peer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// moduleRoot is the folder with go.mod, found from the working folder upwards: a test runs in its
// package's.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module's folder: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("find the module's folder: no go.mod above the working folder")
		}
		dir = parent
	}
}
