// Package openmetrics writes metrics in the text formats that Prometheus and its relatives read:
// OpenMetrics 1.0, and the older format 0.0.4 for readers that do not ask for OpenMetrics.
//
// The library of Prometheus for Go would do it too, but it takes 4 ms of each start of a program,
// because it registers types of protocol buffers. Tests compare this package with the encoder of
// Prometheus, byte by byte.
package openmetrics

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
)

// A Kind is the type of a family.
type Kind string

// The kinds.
const (
	Counter   Kind = "counter"
	Gauge     Kind = "gauge"
	Histogram Kind = "histogram"
)

// A Family is a metric with all its samples. The name of a counter has no suffix _total here,
// because Write adds it.
type Family struct {
	Name, Help string
	Kind       Kind
	Samples    []Sample
}

// A Label is a name and a value. A value may be any text.
type Label struct{ Name, Value string }

// A Sample is a value under its labels. In a histogram it has a Distribution, and Value is not
// used.
type Sample struct {
	Labels       []Label
	Value        float64
	Distribution *Distribution // nil for a counter or a gauge
}

// A Format is one of the two text formats.
type Format int

// The formats.
const (
	Classic     Format = iota // text/plain; version=0.0.4
	OpenMetrics               // application/openmetrics-text; version=1.0.0
)

const openMetricsType = "application/openmetrics-text"

// ContentType returns the value of the header Content-Type.
func (f Format) ContentType() string {
	if f == OpenMetrics {
		return openMetricsType + "; version=1.0.0; charset=utf-8"
	}
	return "text/plain; version=0.0.4; charset=utf-8"
}

// Write writes families in their order, and leaves out families without samples. It returns the
// first error of w.
func Write(w io.Writer, families []Family, f Format) error {
	text := &writer{Writer: bufio.NewWriter(w), format: f}
	for _, family := range families {
		if len(family.Samples) > 0 {
			text.family(family)
		}
	}
	if f == OpenMetrics {
		text.line("# EOF")
	}
	return text.Flush()
}

// A writer writes lines in a format. Its methods return no errors, because bufio.Writer keeps the
// first one until Flush.
type writer struct {
	*bufio.Writer
	format Format
}

func (w *writer) line(parts ...string) {
	for _, part := range parts {
		_, _ = w.WriteString(part)
	}
	_ = w.WriteByte('\n')
}

func (w *writer) family(f Family) {
	name, sample := f.Name, f.Name
	if f.Kind == Counter {
		sample += "_total"
		if w.format == Classic {
			name = sample // the older format declares the name of the sample
		}
	}
	if f.Help != "" {
		w.line("# HELP ", name, " ", w.help(f.Help))
	}
	w.line("# TYPE ", name, " ", string(f.Kind))
	for _, s := range f.Samples {
		if s.Distribution != nil {
			w.distribution(f.Name, s)
			continue
		}
		w.line(sample, labels(s.Labels), " ", w.number(s.Value))
	}
}

// distribution writes the buckets, which count all values up to their bounds.
func (w *writer) distribution(name string, s Sample) {
	d, count := s.Distribution, uint64(0)
	for i, bound := range d.bounds {
		count += d.counts[i]
		w.line(name, "_bucket", labels(s.Labels, Label{"le", w.number(bound)}), " ", strconv.FormatUint(count, 10))
	}
	w.line(name, "_bucket", labels(s.Labels, Label{"le", "+Inf"}), " ", strconv.FormatUint(d.count, 10))
	w.line(name, "_sum", labels(s.Labels), " ", w.number(d.sum))
	w.line(name, "_count", labels(s.Labels), " ", strconv.FormatUint(d.count, 10))
}

// number returns a value as text. A whole number has a point in OpenMetrics.
func (w *writer) number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	if v == 0 {
		v = 0 // Prometheus writes no negative zero
	}
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if w.format == OpenMetrics && !strings.ContainsAny(text, "e.") {
		text += ".0"
	}
	return text
}

// help returns a help text in one line. Only OpenMetrics escapes quotes in it.
func (w *writer) help(text string) string {
	if w.format == OpenMetrics {
		return escaped.Replace(text)
	}
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(text)
}

// escaped escapes the value of a label, in both formats.
var escaped = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// labels returns the labels in braces, or "" if there are none. A value that is not UTF-8 has
// replacement characters, because neither format can hold it.
func labels(of []Label, others ...Label) string {
	all := append(append([]Label{}, of...), others...)
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	before := "{"
	for _, l := range all {
		b.WriteString(before + l.Name + `="` + escaped.Replace(strings.ToValidUTF8(l.Value, "\uFFFD")) + `"`)
		before = ","
	}
	return b.String() + "}"
}
