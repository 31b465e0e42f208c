package report

import (
	"fmt"
	"io"
	"strings"
)

// A Covered is the coverage of one script: the lines with code, and how often each has run.
type Covered struct {
	Path  string
	Lines []Line
}

// A Line is a line of a script that has code.
type Line struct{ Number, Hits int }

// Ran returns the number of lines that have run.
func (c Covered) Ran() int {
	ran := 0
	for _, line := range c.Lines {
		if line.Hits > 0 {
			ran++
		}
	}
	return ran
}

// Percent returns the share of the lines that have run, or 100 if no line has code.
func (c Covered) Percent() float64 {
	if len(c.Lines) == 0 {
		return 100
	}
	return 100 * float64(c.Ran()) / float64(len(c.Lines))
}

// Missed returns the numbers of the lines that did not run, such as "3, 7-9". A range also spans
// lines without code.
func (c Covered) Missed() string {
	var spans []string
	for i := 0; i < len(c.Lines); i++ {
		if c.Lines[i].Hits > 0 {
			continue
		}
		first := c.Lines[i].Number
		for i+1 < len(c.Lines) && c.Lines[i+1].Hits == 0 {
			i++
		}
		if last := c.Lines[i].Number; last > first {
			spans = append(spans, fmt.Sprintf("%d-%d", first, last))
		} else {
			spans = append(spans, fmt.Sprint(first))
		}
	}
	return strings.Join(spans, ", ")
}

// WriteLCOV writes the lines in the format of lcov, which editors and coverage services read.
func WriteLCOV(out io.Writer, scripts []Covered) error {
	var b strings.Builder
	for _, c := range scripts {
		fmt.Fprintf(&b, "TN:\nSF:%s\n", c.Path)
		for _, line := range c.Lines {
			fmt.Fprintf(&b, "DA:%d,%d\n", line.Number, line.Hits)
		}
		fmt.Fprintf(&b, "LF:%d\nLH:%d\nend_of_record\n", len(c.Lines), c.Ran())
	}
	_, err := io.WriteString(out, b.String())
	return err
}
