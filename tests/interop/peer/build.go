package peer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// installers let one program of each kind install at a time: several at once are slower than one
// after the other.
var installers = map[Language]*sync.Mutex{Go: {}, Python: {}, Java: {}}

// Install builds or installs the SDK's application where needed, and returns the words that start
// it.
func (s SDK) Install(ctx context.Context) ([]string, error) {
	command, err := s.install(ctx)
	if err != nil && s.Language != TypeScript { // whose error says it
		return nil, s.notInstalled(err)
	}
	return command, err
}

// registries are the ones that the SDKs come from. What a program says of one that does not answer
// may not name it: pip finds no version.
var registries = map[Language]string{
	Go: "the Go module proxy", Python: "the Python package index", Java: "Maven Central", TypeScript: "the npm registry",
}

func (s SDK) notInstalled(err error) error {
	return fmt.Errorf("install the SDK for %s from %s: %w", s, registries[s.Language], err)
}

func (s SDK) install(ctx context.Context) ([]string, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	if s.Language == TypeScript {
		_, err := Install(ctx, s.Version)
		return nil, err
	}
	installers[s.Language].Lock()
	defer installers[s.Language].Unlock()
	switch s.Language {
	case Go:
		return s.buildGo(ctx, root)
	case Python:
		return s.installPython(ctx, root)
	}
	return s.compileJava(ctx, root)
}

// buildGo builds the application of the Go SDK, which is a module of its own. The newest version is
// that of its go.mod; each other one has a module file beside it, and the tag "oldest".
func (s SDK) buildGo(ctx context.Context, root string) ([]string, error) {
	source, binary := filepath.Join(root, "tests", "interop", "goapp"), filepath.Join(root, "build", "interop", "goapp-"+s.Version)
	arguments := []string{"build", "-o", binary}
	if older := "v" + s.Version + ".mod"; exists(filepath.Join(source, older)) {
		arguments = append(arguments, "-modfile="+older, "-tags=oldest")
	}
	return []string{binary}, tool(ctx, source, "go", append(arguments, ".")...)
}

// installPython puts the Python SDK into a virtual environment, which is used again while the
// requirements are the same.
func (s SDK) installPython(ctx context.Context, root string) ([]string, error) {
	source := filepath.Join(root, "tests", "interop", "pyapp")
	requirements := filepath.Join("requirements", s.Version+".txt")
	mark, err := fingerprint(source, requirements)
	if err != nil {
		return nil, err
	}
	target := filepath.Join(root, "build", "interop", "python-"+mark)
	command := []string{filepath.Join(target, "bin", "python3"), filepath.Join(source, "main.py")}
	complete := filepath.Join(target, "complete")
	if exists(complete) {
		return command, nil
	}
	// The paths in a virtual environment are absolute: it cannot be made elsewhere and renamed.
	if err := tool(ctx, root, "python3", "-m", "venv", "--clear", target); err != nil {
		return nil, err
	}
	pip := []string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r", filepath.Join(source, requirements)}
	if err := tool(ctx, root, command[0], pip...); err != nil {
		return nil, err
	}
	return command, os.WriteFile(complete, nil, 0o644)
}

// compileJava has Maven fetch what the pom names, and compiles the application; both are used again
// while the sources are the same.
func (s SDK) compileJava(ctx context.Context, root string) ([]string, error) {
	source := filepath.Join(root, "tests", "interop", "javaapp")
	files, err := filepath.Glob(filepath.Join(source, "*.java"))
	if err != nil {
		return nil, err
	}
	pinned, err := fingerprint(source, "pom.xml")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = filepath.Base(file)
	}
	mark, err := fingerprint(source, names...)
	if err != nil {
		return nil, err
	}
	built := filepath.Join(root, "build", "interop")
	library, classes := filepath.Join(built, "java-"+pinned), filepath.Join(built, "java-"+pinned+"-"+mark)
	command := []string{"java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classes + ":" + library + "/*", "Main"}
	if !exists(filepath.Join(library, "complete")) {
		copying := []string{"-q", "-B", "-f", filepath.Join(source, "pom.xml"), "dependency:copy-dependencies", "-DoutputDirectory=" + library}
		if err := tool(ctx, root, "mvn", copying...); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(library, "complete"), nil, 0o644); err != nil {
			return nil, err
		}
	}
	if exists(filepath.Join(classes, "complete")) {
		return command, nil
	}
	compile := append([]string{"-encoding", "UTF-8", "-parameters", "-d", classes, "-cp", library + "/*"}, files...)
	if err := tool(ctx, root, "javac", compile...); err != nil {
		return nil, err
	}
	return command, os.WriteFile(filepath.Join(classes, "complete"), nil, 0o644)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// sources say where each program that installs an SDK comes from.
var sources = map[string]string{
	"go": "https://go.dev/dl", "npm": "it comes with Node.js 20, https://nodejs.org", "python3": "Python 3.10 with venv (on Debian: apt-get install python3-venv)",
	"mvn": "Maven (on Debian: apt-get install maven)", "javac": "a JDK 17 (on Debian: apt-get install default-jdk-headless)",
}

// tool runs a program in a folder, and returns its output in the error if it fails.
func tool(ctx context.Context, folder, name string, arguments ...string) error {
	cmd := exec.CommandContext(ctx, name, arguments...)
	cmd.Dir = folder
	if errors.Is(cmd.Err, exec.ErrNotFound) {
		return fmt.Errorf("there is no %s: %s", name, sources[name])
	}
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(arguments, " "), err, output)
	}
	return nil
}
