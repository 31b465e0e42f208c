package peer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// pinned are the two files that say which SDK to install.
var pinned = [...]string{"package.json", "package-lock.json"}

// installing lets one npm run at a time: several at once are slower than one after the other.
var installing sync.Mutex

// Install installs the SDK of a version into the build folder, exactly by its lock file, and
// returns the folder that contains node_modules. An earlier installation from the same lock file
// is used again.
func Install(ctx context.Context, version string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	source := filepath.Join(root, "tests", "interop", "versions", version)
	mark, err := fingerprint(source, pinned[:]...)
	if err != nil {
		return "", err
	}
	target := filepath.Join(root, "build", "interop", version+"-"+mark)
	installing.Lock()
	defer installing.Unlock()
	if _, err := os.Stat(target); err == nil {
		return target, nil
	}
	if err := installAside(ctx, source, target); err != nil {
		return "", SDK{TypeScript, version}.notInstalled(err)
	}
	return target, nil
}

// installAside installs into a folder beside the target and renames it, so that a target that
// exists is complete and two installations at once do no harm.
func installAside(ctx context.Context, source, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("make the folder for the SDKs: %w", err)
	}
	aside, err := os.MkdirTemp(filepath.Dir(target), ".install-")
	if err != nil {
		return fmt.Errorf("make a folder for an SDK: %w", err)
	}
	defer os.RemoveAll(aside)
	for _, name := range pinned {
		if err := copyFile(filepath.Join(source, name), filepath.Join(aside, name)); err != nil {
			return err
		}
	}
	if err := npmInstall(ctx, aside); err != nil {
		return err
	}
	if err := os.Rename(aside, target); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("put the installed SDK in its place: %w", err)
	}
	return nil
}

func npmInstall(ctx context.Context, dir string) error {
	return tool(ctx, dir, "npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
}

// fingerprint returns a short hash of files, which makes a changed lock file a new installation.
func fingerprint(source string, names ...string) (string, error) {
	sum := sha256.New()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", fmt.Errorf("read what to install: %w", err)
		}
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil))[:12], nil
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("copy %s: %w", filepath.Base(from), err)
	}
	return os.WriteFile(to, text, 0o644)
}
