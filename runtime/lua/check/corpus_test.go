package check_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/check"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/scripttest"
)

// registry has what the scripts of a run can use.
func registry() *declare.Registry {
	return declare.NewRegistry(run.Modules()...)
}

func checker() *check.Checker {
	return check.New(registry())
}

// testRegistry has what tests of scripts can use, which is more.
func testRegistry() *declare.Registry {
	modules := append(registry().Modules(), run.TestModules()...)
	return declare.NewRegistry(append(modules, scripttest.Globals(&scripttest.Suite{}))...)
}

// TestNothingIsWrongHere holds that check says nothing about any script of this repository.
func TestNothingIsWrongHere(t *testing.T) {
	t.Parallel()
	scripts, tests, count := checker(), check.New(testRegistry(), scripttest.AssertName), 0
	for _, folder := range []string{"scripts", "stdlib", "runtime/scripttest", "bench", "tests"} {
		err := filepath.WalkDir(filepath.Join("../../..", folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".lua" {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			count++
			c := scripts
			if strings.HasSuffix(path, "_test.lua") {
				c = tests
			}
			dir := filepath.Dir(path) // of a script, or below it of a module that the script requires
			silent(t, c, path, string(source), dir, filepath.Dir(dir))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < 40 {
		t.Errorf("only %d scripts found", count)
	}
}

func silent(t *testing.T, c *check.Checker, name, source string, folders ...string) {
	t.Helper()
	for _, f := range c.Check(name, source, folders...) {
		t.Errorf("%s: %s\n%s", f.Code, f, f.Source)
	}
}

// TestNothingIsWrongWithTheExamples checks the manual's examples, and the ones of the pages.
func TestNothingIsWrongWithTheExamples(t *testing.T) {
	t.Parallel()
	c := check.New(testRegistry(), scripttest.AssertName)
	for _, topic := range testRegistry().Topics() {
		if f, isFunction := topic.Item.(*declare.Func); isFunction {
			for _, example := range f.Examples {
				silent(t, c, topic.Name, example)
			}
		}
	}
	page, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range luaBlock.FindAllStringSubmatch(string(page), -1) {
		silent(t, c, "README.md", strings.TrimSpace(block[1]))
	}
}

var luaBlock = regexp.MustCompile("(?s)```lua\n(.*?)```")
