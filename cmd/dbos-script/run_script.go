package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/syntax"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// standardInput is how a person names it in place of a file.
const standardInput = "-"

// A script is a text to run. It is read once, so that its hash belongs to the text that runs.
type script struct {
	path   string // as it was named
	name   string // in the positions of errors
	folder string // where require looks
	text   []byte
}

// readScript reads a script that a person named: a file, a pipe, or standard input. One without
// any text is an error.
func (a *app) readScript(ctx context.Context, path string) (*script, error) {
	s, err := a.takeScript(ctx, path)
	if err == nil && s.empty() {
		err = &usageError{message: fmt.Sprintf("%s: there is nothing to run: it is empty", s.name)}
	}
	return s, err
}

func (s *script) empty() bool {
	return len(bytes.TrimSpace(bytes.TrimPrefix(s.text, []byte("\ufeff")))) == 0
}

// runnable returns an error for a script that holds nothing but comments: a run of it would end
// well without having done anything.
func (s *script) runnable() error {
	text := strings.TrimPrefix(string(s.text), "\ufeff")
	if strings.HasPrefix(text, "#") { // a line for the system
		_, text, _ = strings.Cut(text, "\n")
	}
	if !syntax.IsBlank(text) {
		return nil
	}
	return &usageError{message: fmt.Sprintf("%s: there is nothing to run: it holds comments only", s.name)}
}

// takeScript reads a script, and waits for a pipe as long as a run may take.
func (a *app) takeScript(ctx context.Context, path string) (*script, error) {
	s := &script{path: path, name: path, folder: filepath.Dir(path)}
	limit := time.Duration(a.options.timeout)
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, &vm.Stop{Kind: vm.Timeout, Message: fmt.Sprintf("the script did not come within %s (--timeout)", limit)})
		defer cancel()
	}
	var err error
	if isStandardInput(path) {
		s.name = "stdin"
		s.text, err = plainfile.ReadStream(ctx, a.in, vm.MaxSource)
	} else {
		s.text, err = plainfile.ReadNamed(ctx, path, vm.MaxSource)
	}
	if ctx.Err() != nil && err != nil {
		return nil, err
	}
	if err != nil {
		return nil, scriptMistake(path, err)
	}
	if !plainfile.Is(path) {
		s.folder = "."
	}
	return s, nil
}

// isStandardInput also knows the paths that systems have for it: to open one of them would need
// rights that the reader of a stream does not.
func isStandardInput(path string) bool {
	return slices.Contains([]string{standardInput, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}, path)
}

// readScriptFile reads a script that was found, or that must be a file. It waits for nothing.
func readScriptFile(path string) ([]byte, error) {
	text, err := plainfile.Read(path, vm.MaxSource)
	if err != nil {
		return nil, scriptMistake(path, err)
	}
	return text, nil
}

// scriptMistake explains why a script cannot be read. If it does not exist, the error names
// existing ones.
func scriptMistake(path string, err error) error {
	var long *plainfile.TooLongError
	message := fmt.Sprintf("%s cannot be read: %v", path, plainError(err))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return noScript(path)
	case errors.Is(err, syscall.EISDIR):
		message = fmt.Sprintf("%s is a folder, not a script%s", path, declare.DidYouMean(path, scriptsBeside(filepath.Join(path, "x"))))
	case errors.Is(err, plainfile.ErrNotRegular), errors.Is(err, plainfile.ErrNotReadable):
		message = fmt.Sprintf("%s is no script: %v", path, err)
	case errors.As(err, &long):
		message = fmt.Sprintf("%s has more than the %d bytes that a script may have", path, long.Limit)
	}
	return &usageError{message: message}
}

// noScript names the nearest script beside a path or, if none is near, the first ones.
func noScript(path string) error {
	folder, beside := filepath.Dir(path), scriptsBeside(path)
	failed := &usageError{message: fmt.Sprintf("there is no script %s%s", path, declare.DidYouMean(path, beside))}
	if _, err := os.Stat(folder); err != nil {
		failed.message += fmt.Sprintf(", and no folder %s", folder)
	} else if len(beside) == 0 {
		failed.hint = fmt.Sprintf("a script is a Lua file: no name in %s ends in .lua", folder)
	} else if len(beside) <= maxNamed {
		failed.hint = "scripts there: " + strings.Join(beside, ", ")
	} else {
		failed.hint = fmt.Sprintf("scripts there: %s and %d more", strings.Join(beside[:maxNamed], ", "), len(beside)-maxNamed)
	}
	return failed
}

// maxNamed is how many scripts a hint names.
const maxNamed = 5

func plainError(err error) error {
	if below, ok := errors.AsType[*fs.PathError](err); ok {
		return below.Err
	}
	return err
}

// source returns the script as a run takes it.
func (s *script) source() run.Source {
	return run.Source{Path: s.path, Name: s.name, Folder: s.folder, Text: s.text}
}

// scriptsBeside returns the scripts in the folder of a path.
func scriptsBeside(path string) []string { return scriptsIn(filepath.Dir(path)) }

// testsBeside returns the test scripts in the folder of a path.
func testsBeside(path string) []string {
	return slices.DeleteFunc(scriptsBeside(path), func(name string) bool { return !strings.HasSuffix(name, "_test.lua") })
}

// foldersBeside returns the folders in the folder of a path, without the hidden ones.
func foldersBeside(path string) (folders []string) {
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, entry := range entries {
		if entry.IsDir() && !strings.HasPrefix(entry.Name(), ".") {
			folders = append(folders, filepath.Join(filepath.Dir(path), entry.Name()))
		}
	}
	return folders
}

// scriptsIn returns the paths of the files of a folder that end in .lua, by name. The name of the
// folder is no pattern.
func scriptsIn(folder string) (paths []string) {
	entries, _ := os.ReadDir(folder)
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".lua" {
			paths = append(paths, filepath.Join(folder, entry.Name()))
		}
	}
	return paths
}
