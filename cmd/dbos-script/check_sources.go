package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/plainfile"
)

// source is a script to check, and where the modules may lie that it requires.
type source struct {
	name, text string
	folders    []string
}

func (a *app) sources(ctx context.Context, args []string) ([]source, error) {
	var list []source
	for _, arg := range args {
		found, err := a.scriptsNamed(ctx, arg)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	if len(list) == 0 {
		return nil, &usageError{message: fmt.Sprintf("there is no script (*.lua) in %s", strings.Join(args, ", "))}
	}
	return list, nil
}

// scriptsNamed reads the scripts of a folder, or one script, which may come through a pipe.
func (a *app) scriptsNamed(ctx context.Context, arg string) ([]source, error) {
	if info, err := os.Stat(arg); err == nil && info.IsDir() {
		return readScripts(arg)
	}
	s, err := a.readScript(ctx, arg)
	if err != nil {
		return nil, err
	}
	if isStandardInput(arg) {
		return []source{{name: "standard input", text: string(s.text), folders: []string{"."}}}, nil
	}
	return []source{{name: arg, text: string(s.text), folders: foldersUp(filepath.Join(s.folder, filepath.Base(arg)), ".")}}, nil
}

// readScripts reads the scripts of a folder.
func readScripts(folder string) ([]source, error) {
	paths, root, err := scriptsOf(folder)
	if err != nil {
		return nil, err
	}
	var list []source
	for _, path := range paths {
		text, err := readScriptFile(path)
		if err != nil {
			return nil, err
		}
		if !isTypes(text) {
			list = append(list, source{name: path, text: string(text), folders: foldersUp(path, root)})
		}
	}
	return list, nil
}

// isTypes holds for files that only editors read.
func isTypes(text []byte) bool { return strings.HasPrefix(string(text), "---@meta") }

// scriptsOf returns the scripts of a folder without pipes and devices. root is the folder to
// which they belong: the working directory if they are below it.
func scriptsOf(path string) (paths []string, root string, err error) {
	err = filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && at != path && passedOver(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(at) == ".lua" && plainfile.Is(at):
			paths = append(paths, at)
		}
		return nil
	})
	if filepath.IsLocal(path) {
		return paths, ".", err
	}
	return paths, path, err
}

func passedOver(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "node_modules" || folder == "testdata"
}

// foldersUp returns the folder of a file and all folders above it, up to root.
func foldersUp(path, root string) []string {
	folders := []string{filepath.Dir(path)}
	for folder := folders[0]; folder != filepath.Clean(root); {
		above := filepath.Dir(folder)
		if above == folder || strings.HasPrefix(folder, "..") {
			break
		}
		folder = above
		folders = append(folders, folder)
	}
	return folders
}
