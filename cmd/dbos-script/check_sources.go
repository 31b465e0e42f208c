package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// source is a script to check, and where the modules may lie that it requires.
type source struct {
	name, text string
	folders    []string
}

func (a *app) sources(args []string) ([]source, error) {
	var list []source
	for _, arg := range args {
		read := readScripts
		if arg == "-" {
			read = a.readInput
		}
		found, err := read(arg)
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

func (a *app) readInput(string) ([]source, error) {
	text, err := io.ReadAll(a.in)
	return []source{{name: "standard input", text: string(text), folders: []string{"."}}}, err
}

// readScripts reads a script, or those of a folder.
func readScripts(arg string) ([]source, error) {
	paths, root, err := scriptsOf(arg)
	if err != nil {
		return nil, err
	}
	var list []source
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, &usageError{message: err.Error()}
		}
		if path == arg || !isTypes(text) {
			list = append(list, source{name: path, text: string(text), folders: foldersUp(path, root)})
		}
	}
	return list, nil
}

// isTypes holds for files that only editors read.
func isTypes(text []byte) bool { return strings.HasPrefix(string(text), "---@meta") }

// scriptsOf are the scripts that an argument stands for, and the folder that they belong to: the working one for what lies
// below it.
func scriptsOf(path string) (paths []string, root string, err error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return []string{path}, ".", checkScript(path)
	}
	err = filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && at != path && passedOver(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && filepath.Ext(at) == ".lua":
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

// foldersUp are the folder of a file and those above it, up to a root that it lies below.
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
