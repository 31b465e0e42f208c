package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dbos-script/dbos-script/runtime/declare/reference"
	"github.com/dbos-script/dbos-script/runtime/plainfile"
	"github.com/dbos-script/dbos-script/scripts/starter"
)

// typesFolder is where the types lie that editors read; hidden, so that check and test pass over
// it.
const typesFolder = ".dbos-script/types"

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Make a folder of runbooks: an example, its test, and types for editors",
		Long: "Makes a folder of runbooks, or adds to this one: an example runbook and its test, the types of all functions for editors that\n" +
			"speak LuaCATS (in " + typesFolder + "), and a .luarc.json that names them. Existing files are kept; only the types, which are\n" +
			"generated, are updated.",
		Example:           "  dbos-script init runbooks && cd runbooks && dbos-script check && dbos-script test",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: folders,
		RunE: func(_ *cobra.Command, args []string) error {
			folder := "."
			if len(args) > 0 {
				folder = args[0]
			}
			return a.start(folder)
		},
	}
}

// made is a file that init makes.
type made struct {
	name      string
	data      []byte
	generated bool // from the declarations: an older one is replaced
}

func (a *app) start(folder string) error {
	files, err := starterFiles()
	if err != nil {
		return err
	}
	types := map[string]int{}
	for _, f := range append(files, typeFiles()...) {
		done, err := f.write(folder)
		switch {
		case err != nil:
			return &usageError{message: err.Error()}
		case done != "" && f.generated:
			types[done]++
		case done != "":
			fmt.Fprintln(a.out, done, filepath.Join(folder, f.name))
		}
	}
	for _, done := range slices.Sorted(maps.Keys(types)) {
		fmt.Fprintf(a.out, "%s %s in %s\n", done, counted(types[done], "file of types", "files of types"), filepath.Join(folder, typesFolder))
	}
	fmt.Fprintf(a.err, "dbos-script: %s has all it needs; `dbos-script check` and `dbos-script test` look at what is in it\n", folder)
	return nil
}

// starterFiles are the runbook, its test, and the settings of the editor.
func starterFiles() ([]made, error) {
	entries, err := fs.ReadDir(starter.Files, ".")
	if err != nil {
		return nil, err
	}
	var files []made
	for _, entry := range entries {
		text, err := starter.Files.ReadFile(entry.Name())
		if err != nil {
			return nil, err
		}
		files = append(files, made{name: entry.Name(), data: text})
	}
	settings, err := json.MarshalIndent(editorSettings(), "", "  ")
	return append(files, made{name: ".luarc.json", data: append(settings, '\n')}), err
}

// editorSettings returns settings for the Lua language server.
func editorSettings() map[string]any {
	return map[string]any{
		"$schema":                   "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
		"runtime.version":           "Lua 5.1",
		"workspace.library":         []string{typesFolder},
		"workspace.checkThirdParty": false,
		"runtime.builtin":           map[string]string{"io": "disable", "package": "disable", "jit": "disable", "bit": "disable", "bit32": "disable", "ffi": "disable"},
	}
}

func typeFiles() []made {
	pages := reference.LuaCATSFiles(declarations())
	var files []made
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		files = append(files, made{name: filepath.Join(typesFolder, name), data: []byte(pages[name]), generated: true})
	}
	return files
}

// longestMade is how many bytes a file may have that init compares with its own, which has some
// ten thousand.
const longestMade = 16 << 20

// write makes the file and returns a line about it, or nothing if the file was there and correct.
func (f made) write(folder string) (done string, err error) {
	path := filepath.Join(folder, f.name)
	before, err := plainfile.Read(path, longestMade)
	switch {
	case err == nil && bytes.Equal(before, f.data):
		return "", nil
	case err == nil && !f.generated:
		return "kept   ", nil
	case err == nil:
		return "updated", os.WriteFile(path, f.data, 0o644)
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("%s: %w", path, plainError(err))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return "made   ", writeNew(path, f.data)
}

// writeNew never takes the place of a file that came meanwhile.
func writeNew(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.Write(data); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}

// counted is a number of things in words: 1 file, 2 files.
func counted(number int, one, many string) string {
	if number == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", number, many)
}
