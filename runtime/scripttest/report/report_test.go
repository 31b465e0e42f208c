package report

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"
)

func results() File {
	return File{Path: "a_test.lua", Results: []Result{
		{Name: "works # well", State: Passed, File: "a_test.lua", Line: 1},
		{Name: "fails", State: Failed, File: "a_test.lua", Line: 2, Failure: "want <1>,\n  got \x1b[1m2", Output: "printed\n", Log: "logged\n"},
		{Name: "later", State: Pending, File: "a_test.lua", Line: 3},
	}}
}

// report writes the results in a format.
func report(t *testing.T, format string, style Style) string {
	t.Helper()
	var out strings.Builder
	r, err := NewReporter(format, &out, style)
	if err != nil {
		t.Fatal(err)
	}
	var totals Totals
	totals.Add(results())
	if err := errors.Join(r.File(results()), r.End(totals)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTAP(t *testing.T) {
	t.Parallel()
	const want = `TAP version 14
# a_test.lua
ok 1 - works \# well
not ok 2 - fails
  ---
  at: "a_test.lua:2"
  message: |2
    want <1>,
      got ` + "\x1b[1m2" + `
  output: |2
    printed
  log: |2
    logged
  ...
ok 3 - later # SKIP still to be written
1..3
`
	if got := report(t, "tap", Style{}); got != want {
		t.Errorf("%s", got)
	}
}

func TestJUnitIsXML(t *testing.T) {
	t.Parallel()
	text := report(t, "junit", Style{})
	var document struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Skipped int `xml:"skipped,attr"`
			Cases   []struct {
				Name    string  `xml:"name,attr"`
				Failure *string `xml:"failure"`
				Output  string  `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	s := document.Suites[0]
	if document.Tests != 3 || document.Failures != 1 || s.Skipped != 1 || len(s.Cases) != 3 {
		t.Errorf("%+v", document)
	}
	if failed := s.Cases[1]; failed.Failure == nil || *failed.Failure != "want <1>,\n  got [1m2" || failed.Output != "printed\n" {
		t.Errorf("%+v", failed)
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	const want = `a_test.lua
  ok    works # well
  FAIL  fails
        want <1>,
          got \x1b[1m2
        │ printed
        │ logged
  todo  later

1 passed, 1 failed, 1 still to be written
`
	if got := report(t, "report", Style{}); got != want {
		t.Errorf("%s", got)
	}
	if got := report(t, "report", Style{Coloured: true}); !strings.Contains(got, "\x1b[31mFAIL\x1b[0m  fails") || strings.Contains(got, "\x1b[33m") { // yellow cannot be read on white
		t.Errorf("%s", got)
	}
}

func TestMissedLines(t *testing.T) {
	t.Parallel()
	for want, lines := range map[string][]Line{
		"":       {{1, 1}, {2, 3}},
		"2":      {{1, 1}, {2, 0}, {3, 1}},
		"2-5, 9": {{1, 1}, {2, 0}, {4, 0}, {5, 0}, {7, 1}, {9, 0}},
		"1-3":    {{1, 0}, {3, 0}},
	} {
		c := Covered{Path: "a.lua", Lines: lines}
		if got := c.Missed(); got != want {
			t.Errorf("%v: %q, want %q", lines, got, want)
		}
	}
	half := Covered{Lines: []Line{{1, 0}, {2, 4}}}
	if half.Percent() != 50 || (Covered{}).Percent() != 100 {
		t.Errorf("%v", half.Percent())
	}
	var out strings.Builder
	if err := WriteLCOV(&out, []Covered{{Path: "a.lua", Lines: half.Lines}}); err != nil {
		t.Fatal(err)
	}
	if want := "TN:\nSF:a.lua\nDA:1,0\nDA:2,4\nLF:2\nLH:1\nend_of_record\n"; out.String() != want {
		t.Errorf("%s", out.String())
	}
}
