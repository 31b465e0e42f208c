package report

import (
	"fmt"
	"io"
	"strings"
)

// A Covered is a script, its lines that have code, and how often each ran.
type Covered struct {
	Path  string
	Lines []Line
}

// A Line is one with code.
type Line struct{ Number, Hits int }

// Ran counts the lines that ran.
func (c Covered) Ran() int {
	ran := 0
	for _, line := range c.Lines {
		if line.Hits > 0 {
			ran++
		}
	}
	return ran
}

// Percent is the share of the lines that ran; all of none is 100.
func (c Covered) Percent() float64 {
	if len(c.Lines) == 0 {
		return 100
	}
	return 100 * float64(c.Ran()) / float64(len(c.Lines))
}

// Missed names the lines that did not run, such as "3, 7-9". Lines without code between two of
// them do not part them.
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
