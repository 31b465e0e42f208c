package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// A junit is a report in the XML that continuous integration reads, written at the end.
type junit struct {
	out    io.Writer
	suites []junitSuite
}

type junitSuite struct {
	XMLName  struct{}    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *struct{}     `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
	Log     string        `xml:"system-err,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (j *junit) File(f File) error {
	var totals Totals
	totals.Add(f)
	s := junitSuite{Name: f.Path, Tests: len(f.Results), Failures: totals.Failed, Skipped: totals.Pending, Time: seconds(totals.Took.Seconds())}
	for _, r := range f.Results {
		s.Cases = append(s.Cases, caseOf(r))
	}
	j.suites = append(j.suites, s)
	return nil
}

func caseOf(r Result) junitCase {
	c := junitCase{Name: r.Name, Class: strings.TrimSuffix(r.File, ".lua"), File: r.File, Line: r.Line, Time: seconds(r.Took.Seconds()),
		Output: printable(r.Output), Log: printable(r.Log)}
	switch r.State {
	case Failed:
		message, _, _ := strings.Cut(r.Failure, "\n")
		c.Failure = &junitFailure{Message: printable(message), Text: printable(r.Failure)}
	case Pending:
		c.Skipped = &struct{}{}
	}
	return c
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

// printable removes characters that no XML document may contain, such as the escape codes of
// colours.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

func (j *junit) End(t Totals) error {
	document := struct {
		XMLName  struct{} `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Time     string   `xml:"time,attr"`
		Suites   []junitSuite
	}{Tests: t.Passed + t.Failed + t.Pending, Failures: t.Failed, Time: seconds(t.Took.Seconds()), Suites: j.suites}
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(j.out, "%s%s\n", xml.Header, text)
	return err
}
