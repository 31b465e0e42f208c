package main

import (
	"strings"
	"testing"
)

const green = `{"Action":"start","Package":"github.com/dbos-script/dbos-script/client"}
{"Action":"run","Package":"github.com/dbos-script/dbos-script/client","Test":"TestFork"}
{"Action":"output","Package":"github.com/dbos-script/dbos-script/client","Test":"TestFork","Output":"noise of a test that passes\n"}
{"Action":"pass","Package":"github.com/dbos-script/dbos-script/client","Test":"TestFork/sqlite","Elapsed":0.1}
{"Action":"pass","Package":"github.com/dbos-script/dbos-script/client","Test":"TestFork/postgres","Elapsed":0.1}
{"Action":"pass","Package":"github.com/dbos-script/dbos-script/client","Test":"TestFork","Elapsed":0.2}
{"Action":"pass","Package":"github.com/dbos-script/dbos-script/client","Elapsed":0.3}
`

const red = `{"Action":"output","Package":"p","Test":"TestBad","Output":"    bad_test.go:7: got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestBad","Elapsed":0.1}
{"Action":"output","Package":"p","Test":"TestPanics","Output":"panic: out of range\n"}
{"Action":"fail","Package":"p","Elapsed":0.3}
`

func TestGreenRunNamesTheBackEnds(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(strings.NewReader(green), &out, []string{"sqlite", "postgres"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ok    client ", "1 tests passed on SQLite", "1 tests passed on PostgreSQL", "3 tests passed in all"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "noise") {
		t.Errorf("a test that passed was heard:\n%s", out.String())
	}
}

func TestFailuresAreShownAndNamed(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	err := run(strings.NewReader(red), &out, nil)
	if err == nil || !strings.Contains(err.Error(), "p TestBad") {
		t.Errorf("error = %v", err)
	}
	for _, want := range []string{"got 1, want 2", "panic: out of range", "FAIL  p"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

func TestWhatDidNotRunFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ input, want string }{
		"a missing back end":    {green, "no test ran on cockroach"},
		"nothing":               {"", "no test ran"},
		"a build that failed":   {`{"ImportPath":"p","Action":"build-fail"}` + "\n" + green, "build of p"},
		"a line that is none":   {"go: cannot find main module\n", "no test ran"},
		"a line without an end": {`{"Action":"fail","Package":"p"}`, "p"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if err := run(strings.NewReader(c.input), &out, []string{"cockroach"}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want %q", err, c.want)
			}
		})
	}
}

func TestOtherLinesAreHandedOn(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(strings.NewReader("go: downloading x\n"+green), &out, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "go: downloading x\n") {
		t.Errorf("output = %q", out.String())
	}
}
