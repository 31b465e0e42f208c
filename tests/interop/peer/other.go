package peer

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// An SDK is one of the languages whose applications run here beside those of TypeScript.
type SDK string

// The SDKs.
const (
	Go     SDK = "go"
	Python SDK = "python"
)

// StartOther builds or installs the application of tests/interop/goapp or tests/interop/pyapp where needed, launches it
// on a database and waits until it takes requests.
func StartOther(ctx context.Context, sdk SDK, databaseURL string) (*Application, error) {
	command, err := sdk.command(ctx)
	if err != nil {
		return nil, err
	}
	app := newApplication(command[0], command[1:]...)
	// The Go SDK spells ticks in the zone of its machine, which is not ours.
	app.cmd.Env = append(os.Environ(), "PEER_DATABASE_URL="+databaseURL, "PYTHONUNBUFFERED=1", "TZ=Asia/Kathmandu")
	if err := app.launch(); err != nil {
		return nil, err
	}
	return app, app.awaitReady(ctx)
}

// command returns the words that start the SDK's application.
func (s SDK) command(ctx context.Context) ([]string, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	installing.Lock()
	defer installing.Unlock()
	if s == Go {
		return buildGo(ctx, root)
	}
	return installPython(ctx, root)
}

// buildGo builds the application of the Go SDK, which is a module of its own.
func buildGo(ctx context.Context, root string) ([]string, error) {
	binary := filepath.Join(root, "build", "interop", "goapp")
	return []string{binary}, tool(ctx, filepath.Join(root, "tests", "interop", "goapp"), "go", "build", "-o", binary, ".")
}

// installPython puts the Python SDK into a virtual environment, which is used again while the requirements are the same.
func installPython(ctx context.Context, root string) ([]string, error) {
	source := filepath.Join(root, "tests", "interop", "pyapp")
	mark, err := fingerprint(source, "requirements.txt")
	if err != nil {
		return nil, err
	}
	target := filepath.Join(root, "build", "interop", "python-"+mark)
	command := []string{filepath.Join(target, "bin", "python3"), filepath.Join(source, "main.py")}
	complete := filepath.Join(target, "complete")
	if _, err := os.Stat(complete); err == nil {
		return command, nil
	}
	// The paths in a virtual environment are absolute: it cannot be made elsewhere and renamed.
	if err := tool(ctx, root, "python3", "-m", "venv", "--clear", target); err != nil {
		return nil, err
	}
	pip := []string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r", filepath.Join(source, "requirements.txt")}
	if err := tool(ctx, root, command[0], pip...); err != nil {
		return nil, err
	}
	return command, os.WriteFile(complete, nil, 0o644)
}

// tool runs a program in a folder, and returns its output in the error if it fails.
func tool(ctx context.Context, folder, name string, arguments ...string) error {
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.Dir = folder
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, arguments[0], err, output)
	}
	return nil
}
