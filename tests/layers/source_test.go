package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root       = "../.."
	modulePath = "github.com/dbos-script/dbos-script"
)

// ignored are folders that are never committed.
func ignored() []string { return []string{".git", "bin", "build", "node_modules"} }

// tracked are the paths, from the module's root, of all files that are or would be committed.
func tracked(t *testing.T) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(ignored(), entry.Name()):
			return fs.SkipDir
		case entry.Name() == ".git": // a file in a second work tree
			return nil
		case entry.Type().IsRegular() && !strings.Contains(entry.Name(), ".sqlite"):
			relative, err := filepath.Rel(root, path)
			paths = append(paths, filepath.ToSlash(relative))
			return err
		}
		return nil
	})
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d files found: %v", len(paths), err)
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// goFile is a Go file of ours.
type goFile struct {
	path    string // from the module's root
	folder  string // the package's path in the module
	test    bool
	syntax  *ast.File
	imports []string
}

func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	for _, path := range tracked(t) {
		if strings.HasSuffix(path, ".go") {
			files = append(files, parse(t, path))
		}
	}
	return files
}

func parse(t *testing.T, path string) goFile {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), path, read(t, path), parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	f := goFile{path: path, folder: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"), syntax: syntax}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		f.imports = append(f.imports, imported)
	}
	return f
}

// ours is the path within the module of an imported package of ours.
func ours(imported string) (string, bool) {
	return strings.CutPrefix(imported, modulePath+"/")
}

// within tells whether a path is the module or package, or below it.
func within(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

// matches tells whether a path is allowed by a pattern: a path, a path with /... behind it, or
// ... alone.
func matches(path, pattern string) bool {
	parent, all := strings.CutSuffix(pattern, "...")
	if !all {
		return path == pattern
	}
	return parent == "" || within(path, strings.TrimSuffix(parent, "/"))
}

func allowed(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(path, pattern) })
}
