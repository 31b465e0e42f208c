package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"regexp"
	"strings"
)

// counted returns the words that a report has a column for.
func counted() []string {
	return []string{"what", "gives", "those", "tells", "returns", "if", "because"}
}

// A tally is the number of words of some comments, and of each word that is counted.
type tally struct {
	words int
	of    map[string]int
}

func (t *tally) add(other *tally) {
	t.words += other.words
	for word, times := range other.of {
		t.note(word, times)
	}
}

func (t *tally) note(word string, times int) {
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.of[word] += times
}

// per10000 returns how often a word stands in 10,000 words, 0 if there are none.
func (t *tally) per10000(word string) float64 {
	if t.words == 0 {
		return 0
	}
	return 10000 * float64(t.of[word]) / float64(t.words)
}

// count returns the tally of each package in or below the folders, by the path of its folder.
func count(folders []string) (map[string]*tally, error) {
	packages := map[string]*tally{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && skipped(entry.Name()) && path != folder:
				return fs.SkipDir
			case !entry.Type().IsRegular() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			return countFile(path, packages)
		})
		if err != nil {
			return nil, err
		}
	}
	return packages, nil
}

// skipped reports whether a folder has no code of ours.
func skipped(name string) bool {
	return name == "testdata" || name == "node_modules" || name == "build" || strings.HasPrefix(name, ".")
}

func countFile(path string, packages map[string]*tally) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return err
	}
	name := filepath.ToSlash(filepath.Dir(path))
	if packages[name] == nil {
		packages[name] = &tally{}
	}
	packages[name].read(file)
	return nil
}

var wordForm = regexp.MustCompile(`\pL+(?:['’]\pL+)*`)

// read counts the comments of a file. Directives such as go:embed are no comments.
func (t *tally) read(file *ast.File) {
	for _, group := range file.Comments {
		for _, word := range wordForm.FindAllString(strings.ToLower(group.Text()), -1) {
			t.words++
			t.note(word, 1)
		}
	}
}

func keys(packages map[string]*tally) iter.Seq[string] { return maps.Keys(packages) }
