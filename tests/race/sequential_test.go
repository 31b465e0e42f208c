// Package race checks that each line of sequential.txt, the tests that the race detector skips,
// matches a test.
package race

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = "../.."

var testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// read returns the text of every test file of the module.
func read(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules" || entry.Name() == "build"):
			return filepath.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			content, err := os.ReadFile(path)
			text.Write(append(content, '\n'))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// A pattern that matches no test is left over from one that has another name now, and the detector
// has run that one since.
func TestEachSequentialTestExists(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("sequential.txt")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, match := range testFunction.FindAllStringSubmatch(read(t), -1) {
		names = append(names, match[1])
	}
	transcripts, err := filepath.Glob(root + "/cmd/dbos-script/testdata/script/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range transcripts {
		names = append(names, "TestTranscripts/"+strings.TrimSuffix(filepath.Base(path), ".txt"))
	}
	for line := range strings.Lines(string(list)) {
		for _, pattern := range patterns(strings.TrimSpace(line)) {
			if !matches(pattern, names) {
				t.Errorf("no test matches %q", pattern)
			}
		}
	}
}

// patterns returns the pattern of a line, or one for each transcript that the line names.
func patterns(line string) []string {
	names, ofTranscripts := strings.CutPrefix(line, "TestTranscripts/^(")
	switch {
	case line == "" || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ".*/"):
		return nil
	case !ofTranscripts:
		return []string{line}
	}
	list := strings.Split(strings.TrimSuffix(names, ")$"), "|")
	for i, name := range list {
		list[i] = "^TestTranscripts/" + name + "$"
	}
	return list
}

func matches(pattern string, names []string) bool {
	return slices.ContainsFunc(names, regexp.MustCompile(pattern).MatchString)
}
