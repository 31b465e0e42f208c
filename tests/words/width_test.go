package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// widest is the number of columns of a line of a comment, with its indentation; a tab has four.
const widest = 100

// Lines of comments fit beside each other in a review. Outputs of examples are as long as they are.
func TestLinesOfCommentsAreNotTooWide(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(entry.Name()) && path != "../..":
			return fs.SkipDir
		case !entry.Type().IsRegular() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		files++
		wide, err := tooWide(path)
		for _, place := range wide {
			t.Errorf("%s: a comment is wider than %d columns", place, widest)
		}
		return err
	})
	if err != nil || files < 1000 {
		t.Errorf("%d files read, %v", files, err)
	}
}

// tooWide returns the places of the lines of comments that are too wide. Comments behind code do
// not count, because the code may be as wide as it is.
func tooWide(path string) (places []string, err error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines, set := strings.Split(string(source), "\n"), token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return nil, err
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, "// Output:") {
				break
			}
			place := set.Position(comment.Pos())
			line := lines[place.Line-1]
			alone := strings.HasPrefix(strings.TrimSpace(line), "//") && !strings.HasPrefix(comment.Text, "//go:")
			if alone && utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")) > widest {
				places = append(places, place.String())
			}
		}
	}
	return places, nil
}

func TestAWideCommentIsFound(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat("w", widest)
	folder := write(t, map[string]string{"a.go": "package a\n\n// Short.\n// " + wide + "\nvar a = 1 // " + wide + "\n\nfunc f() {\n\t// " + wide[8:] +
		"\n\t_ = a\n\t// Output:\n\t// " + wide + "\n}\n\n// " + wide[3:] + "\n//go:generate " + wide + "\n"})
	places, err := tooWide(filepath.Join(folder, "a.go"))
	if err != nil || len(places) != 1 || !strings.HasSuffix(places[0], "a.go:4:1") {
		t.Errorf("found %v, %v", places, err)
	}
}
