// Package module checks that the module installs by go install, on each supported system.
package module

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

const (
	path    = "github.com/dbos-script/dbos-script"
	command = path + "/cmd/dbos-script"
	root    = "../.."
)

// TestGoInstallBuildsTheCommand builds the command from the archive that the go command makes of a
// version, which has the files that git knows, without nested modules. `go install …@version`
// refuses a module with replaced or excluded dependencies.
func TestGoInstallBuildsTheCommand(t *testing.T) {
	t.Parallel()
	var mod struct{ Replace, Exclude []any }
	if err := json.Unmarshal(output(t, root, nil, "mod", "edit", "-json"), &mod); err != nil || len(mod.Replace)+len(mod.Exclude) > 0 {
		t.Errorf("go.mod has replace %v and exclude %v, %v", mod.Replace, mod.Exclude, err)
	}
	var archive bytes.Buffer
	version := module.Version{Path: path, Version: "v0.0.1"}
	if err := modzip.Create(&archive, version, tracked(t)); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	extract(t, archive.Bytes(), version.Path+"@"+version.Version+"/", folder)
	binary := filepath.Join(t.TempDir(), "dbos-script")
	output(t, folder, nil, "build", "-trimpath", "-o", binary, "./cmd/dbos-script")
	text, err := exec.Command(binary, "-e", "print(6 * 7)").Output()
	if err != nil || string(text) != "42\n" {
		t.Errorf("the command prints %q, %v", text, err)
	}
}

// A trackedFile is a file that git knows, by its path from the root.
type trackedFile string

func (f trackedFile) Path() string                 { return string(f) }
func (f trackedFile) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(root, string(f))) }
func (f trackedFile) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(root, string(f))) }

func tracked(t *testing.T) (files []modzip.File) {
	t.Helper()
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names), "\x00"), "\x00") {
		files = append(files, trackedFile(name))
	}
	return files
}

func extract(t *testing.T, archive []byte, prefix, folder string) {
	t.Helper()
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files.File {
		name, ok := strings.CutPrefix(file.Name, prefix)
		if !ok {
			t.Fatalf("%s is not below %s", file.Name, prefix)
		}
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		to := filepath.Join(folder, filepath.FromSlash(name))
		if err = errors.Join(err, from.Close(), os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, text, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheCommandCompilesOnEachSystem checks the types of the command and of all that it
// imports, for each system. It makes no machine code, because that takes a minute for each;
// `make cross` does.
func TestTheCommandCompilesOnEachSystem(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, processor := range []string{"amd64", "arm64"} {
			t.Run(system+"-"+processor, func(t *testing.T) {
				t.Parallel()
				if errs := check(t, system, processor); len(errs) > 0 {
					t.Errorf("%d errors; the first: %v", len(errs), errs[0])
				}
			})
		}
	}
}

// A pkg is a package as go list describes it.
type pkg struct {
	ImportPath, Dir string
	GoFiles         []string
	ImportMap       map[string]string
	Error           *struct{ Err string }
}

// check returns the errors in the types of the command. Bodies of functions are checked only in
// our own packages.
func check(t *testing.T, system, processor string) (errs []error) {
	t.Helper()
	environment := []string{"GOOS=" + system, "GOARCH=" + processor, "CGO_ENABLED=0"}
	list := json.NewDecoder(bytes.NewReader(output(t, root, environment, "list", "-deps", "-json=ImportPath,Dir,GoFiles,ImportMap,Error", command)))
	checked := map[string]*types.Package{"unsafe": types.Unsafe}
	ours := 0
	for {
		var p pkg
		if err := list.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Error != nil {
			t.Fatal(p.Error.Err)
		}
		if p.ImportPath == "unsafe" {
			continue
		}
		own := strings.HasPrefix(p.ImportPath, path)
		if own {
			ours++
		}
		config := types.Config{
			IgnoreFuncBodies: !own,
			FakeImportC:      true,
			Sizes:            types.SizesFor("gc", processor),
			Importer:         imports{p.ImportMap, checked},
			Error:            func(err error) { errs = append(errs, err) },
		}
		files := token.NewFileSet()
		checked[p.ImportPath], _ = config.Check(p.ImportPath, files, parsed(t, files, p, own), nil)
	}
	if ours < 20 {
		t.Errorf("only %d packages of ours were checked", ours)
	}
	return errs
}

func parsed(t *testing.T, files *token.FileSet, p pkg, own bool) (all []*ast.File) {
	t.Helper()
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if !own { // a body takes memory that nobody looks at
			for _, declared := range file.Decls {
				if function, ok := declared.(*ast.FuncDecl); ok && function.Body != nil {
					function.Body = &ast.BlockStmt{}
				}
			}
		}
		all = append(all, file)
	}
	return all
}

// imports finds packages that were checked before, because go list puts dependencies first.
type imports struct {
	renamed map[string]string
	checked map[string]*types.Package
}

func (i imports) Import(name string) (*types.Package, error) {
	if renamed, ok := i.renamed[name]; ok {
		name = renamed
	}
	if found := i.checked[name]; found != nil {
		return found, nil
	}
	return nil, errors.New("go list does not name " + name)
}

// output runs the go command in a folder.
func output(t *testing.T, folder string, environment []string, args ...string) []byte {
	t.Helper()
	var problems bytes.Buffer
	run := exec.CommandContext(t.Context(), "go", args...)
	run.Dir, run.Env, run.Stderr = folder, append(os.Environ(), environment...), &problems
	text, err := run.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, problems.String())
	}
	return text
}
