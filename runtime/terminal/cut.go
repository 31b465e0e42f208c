package terminal

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Width returns how many columns of a terminal a line takes.
func Width(line string) int { return text.StringWidth(line) }

// Cut returns at most so many columns of a line, with … in place of the rest.
func Cut(line string, width int) string { return text.Snip(line, width, "…") }

// Wrap returns a line with its blanks turned into line ends where it would be wider than a
// terminal, and so many blanks before each further line. A width of 0 is no bound, and a word that
// is wider stays whole. Escape sequences of a style take no width.
func Wrap(line string, width, indent int) string {
	if width <= indent || styledWidth(line) <= width {
		return line
	}
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(line, " ") {
		size := styledWidth(word)
		switch {
		case i > 0 && size > 0 && column > indent && column+1+size > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		case i > 0:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += size
	}
	return b.String()
}

func styledWidth(line string) int { return text.StringWidthWithoutEscSequences(line) }

// Duration returns a time span with its one or two leading units: 606 ms, 2.4 s, 41 s, 3 min 20
// s, 2 h 5 min.
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(-d)
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + " µs"
	case d < time.Second-time.Millisecond/2:
		return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + " ms"
	case d < 10*time.Second-50*time.Millisecond:
		return strconv.FormatFloat(math.Round(d.Seconds()*10)/10, 'f', -1, 64) + " s"
	case d < time.Minute-time.Second/2:
		return parts(d, time.Second, "s", 0, "")
	case d < time.Hour-30*time.Second:
		return parts(d.Round(time.Second), time.Minute, "min", time.Second, "s")
	case d < 48*time.Hour:
		return parts(d.Round(time.Minute), time.Hour, "h", time.Minute, "min")
	}
	return parts(d.Round(time.Hour), 24*time.Hour, "d", time.Hour, "h")
}

// parts returns d in two units, the second one left out if there is none of it.
func parts(d, large time.Duration, largeName string, small time.Duration, smallName string) string {
	if small == 0 {
		return strconv.FormatInt(int64(d.Round(large)/large), 10) + " " + largeName
	}
	said := strconv.FormatInt(int64(d/large), 10) + " " + largeName
	if rest := d % large / small; rest > 0 {
		said += " " + strconv.FormatInt(int64(rest), 10) + " " + smallName
	}
	return said
}

// CompactDuration returns Duration without blanks, for a field of a log line: 606ms, 3min20s.
func CompactDuration(d time.Duration) string { return strings.ReplaceAll(Duration(d), " ", "") }
