package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/run/audit"
	"github.com/dbos-script/dbos-script/runtime/run/profile"
)

var relativeLink = regexp.MustCompile(`\]\(([^)\s#:]+)(?:#[^)\s]*)?\)`)

// TestDocumentsLinkToFiles wants the links between the documents to lead to files.
func TestDocumentsLinkToFiles(t *testing.T) {
	t.Parallel()
	links := 0
	for _, pattern := range []string{"../../*.md", "../../docs/*.md", "../../docs/design/*.md", "../../docs/formats/*.md", "../../docs/reference/*.md", guideFolder + "/*.md"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %d documents, %v", pattern, len(paths), err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, link := range relativeLink.FindAllStringSubmatch(string(text), -1) {
				links++
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), link[1])); err != nil {
					t.Errorf("%s links to %s, which is not there", path, link[1])
				}
			}
		}
	}
	if links < 40 {
		t.Errorf("only %d links were found", links)
	}
}

// TestFormatsAreDocumented wants the pages about file formats to name every field and key.
func TestFormatsAreDocumented(t *testing.T) {
	t.Parallel()
	for page, format := range map[string]struct {
		of  reflect.Type
		tag string
	}{
		"audit-log.md": {reflect.TypeFor[audit.Line](), "json"},
		"profiles.md":  {reflect.TypeFor[profile.Profile](), "toml"},
	} {
		text, err := os.ReadFile("../../docs/formats/" + page)
		if err != nil {
			t.Fatal(err)
		}
		names := 0
		for _, field := range reflect.VisibleFields(format.of) {
			name, _, _ := strings.Cut(field.Tag.Get(format.tag), ",")
			if name == "" || name == "-" {
				continue
			}
			names++
			if !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("%s does not name %s", page, name)
			}
		}
		if names < 12 {
			t.Errorf("%s: only %d names were found", page, names)
		}
	}
}

// TestModulesHaveSections wants each module to be in a section of the reference's contents.
func TestModulesHaveSections(t *testing.T) {
	t.Parallel()
	for _, m := range declarations().Modules() {
		if m.Section == "" {
			t.Errorf("module %s has no section", m.Name)
		}
	}
}
