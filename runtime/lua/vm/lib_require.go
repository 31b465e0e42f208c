package vm

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// modules holds the modules that require has loaded, and the ones being loaded.
type modules struct {
	loaded  map[string]lua.LValue
	loading []string
	dir     string // where the files of modules lie; empty for none
	shown   string // how positions call that folder
}

// Require returns a Loader with the same value as require of this name, for a module that is a
// global too.
func Require(name string) Loader {
	return func(L *lua.LState) lua.LValue { return vmOf(L).require(L, name) }
}

func baseRequire(L *lua.LState) int {
	L.Push(vmOf(L).require(L, checkText(L, 1)))
	return 1
}

// require looks among the built-in modules, then beside the script: lib.x is lib/x.lua or
// lib/x/init.lua.
func (v *VM) require(L *lua.LState, name string) lua.LValue {
	if value, ok := v.modules.loaded[name]; ok {
		return value
	}
	v.failOnCycle(L, name)
	v.modules.loading = append(v.modules.loading, name)
	depth := len(v.modules.loading)
	defer func() { v.modules.loading = v.modules.loading[:depth-1] }()
	value := v.load(L, name)
	if value == lua.LNil {
		value = lua.LTrue
	}
	if v.modules.loaded == nil {
		v.modules.loaded = map[string]lua.LValue{}
	}
	v.modules.loaded[name] = value
	return value
}

func (v *VM) failOnCycle(L *lua.LState, name string) {
	for i, loading := range v.modules.loading {
		if loading == name {
			circle := append(append([]string{}, v.modules.loading[i:]...), name)
			L.RaiseError("module %q requires itself: %s", name, strings.Join(circle, " → "))
		}
	}
}

func (v *VM) load(L *lua.LState, name string) lua.LValue {
	if load, ok := v.config.Loaders[name]; ok {
		return load(L)
	}
	file, source, err := v.findModule(name)
	if err != nil {
		L.RaiseError("%s", err.Error())
	}
	v.sources[file] = source
	program, err := v.compile(v.running, file, source)
	v.failIfStopped(L)
	if err != nil {
		L.Error(lua.LString(err.Error()), 0)
	}
	v.config.Coverage.know(program)
	L.Push(L.NewFunctionFromProto(program.proto))
	L.Push(lua.LString(name))
	L.Call(1, 1)
	value := L.Get(-1)
	L.Pop(1)
	return value
}

func (v *VM) findModule(name string) (file, source string, err error) {
	var builtin []string
	for name := range v.config.Loaders {
		builtin = append(builtin, name)
	}
	if v.config.Modules != nil {
		return v.givenModule(name, builtin)
	}
	candidate, source, err := FindModule(v.modules.dir, name, builtin)
	return path.Join(v.modules.shown, candidate), source, err
}

// givenModule returns the text of a module of Config.Modules.
func (v *VM) givenModule(name string, builtin []string) (file, source string, err error) {
	source, found := v.config.Modules[name]
	if !found {
		known := append(slices.Sorted(maps.Keys(v.config.Modules)), builtin...)
		return "", "", fmt.Errorf("module %q not found%s: it is no built-in module, and none of those that were stored with the script, which require names in quotes",
			name, declare.DidYouMean(name, known))
	}
	return strings.ReplaceAll(name, ".", "/") + ".lua", source, nil
}

// FindModule reads the file that require finds for a name in a script's folder, which may be
// empty for none. Only files inside the folder are read, even if it contains links that lead out
// of it. The file is a path in the folder. The error explains the problem with the name or the
// file, and names the nearest of the built-in modules and the files.
func FindModule(dir, name string, builtin []string) (file, source string, err error) {
	if err := checkModuleName(name); err != nil {
		return "", "", err
	}
	if dir == "" {
		return "", "", noModule(name, builtin, nil)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", "", noModule(name, builtin, nil)
	}
	defer root.Close()
	base := strings.ReplaceAll(name, ".", "/")
	for _, candidate := range []string{base + ".lua", base + "/init.lua"} {
		source, err := readSource(root, candidate)
		if err == nil {
			return candidate, source, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", "", fmt.Errorf("module %q: cannot read %s: %w", name, candidate, plainFileError(err))
		}
	}
	return "", "", noModule(name, builtin, root)
}

// longestModuleName is in bytes. Errors repeat the name four times.
const longestModuleName = 1000

// checkModuleName allows words joined by dots, so that no name leads out of the folder.
func checkModuleName(name string) error {
	if len(name) > longestModuleName {
		return fmt.Errorf("module %s: a module's name has at most %d bytes, got %d", quoted(name), longestModuleName, len(name))
	}
	for _, part := range strings.Split(name, ".") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			return fmt.Errorf("module %s: a module's name is made of words joined by dots, such as \"lib.orders\" for lib/orders.lua beside the script", quoted(name))
		}
	}
	return nil
}

// readSource reads a regular file; it does not wait for a pipe that nobody writes to.
func readSource(root *os.Root, name string) (string, error) {
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("it is no regular file")
	}
	if err := checkLink(filepath.Join(root.Name(), name), info); err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(file, MaxSource+1))
	return string(data), err
}

// checkLink refuses a link to a file that is not called .lua, so that no error can show a line of
// it.
func checkLink(path string, opened fs.FileInfo) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	if there, err := os.Lstat(real); err != nil || !os.SameFile(there, opened) {
		return errors.New("it was replaced meanwhile")
	}
	if filepath.Ext(real) != ".lua" {
		return fmt.Errorf("it is a link to %s, whose name does not end in .lua", filepath.Base(real))
	}
	return nil
}

func plainFileError(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// noModule says where a module was looked for. root is the script's folder, nil when it has none.
func noModule(name string, builtin []string, root *os.Root) error {
	known := slices.Sorted(slices.Values(builtin))
	if root != nil {
		known = append(known, fileModules(name, root)...)
	}
	message := fmt.Sprintf("module %q not found%s: it is no built-in module", name, declare.DidYouMean(name, known))
	if root == nil {
		return fmt.Errorf("%s, and this script has no folder to look in", message)
	}
	base := strings.ReplaceAll(name, ".", "/")
	return fmt.Errorf("%s, and the script's folder has no %s.lua or %s/init.lua", message, base, base)
}

func fileModules(name string, root *os.Root) []string {
	folder, prefix := ".", ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		folder, prefix = strings.ReplaceAll(name[:dot], ".", "/"), name[:dot+1]
	}
	entries, _ := fs.ReadDir(root.FS(), folder)
	var names []string
	for _, entry := range entries {
		if module, isLua := strings.CutSuffix(entry.Name(), ".lua"); isLua {
			names = append(names, prefix+module)
		}
	}
	return names
}
