package openmetrics

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"pgregory.net/rapid"
)

// families draws metrics with any texts in labels and help, and any numbers.
func families() *rapid.Generator[[]Family] {
	return rapid.Custom(func(t *rapid.T) []Family {
		var all []Family
		for _, name := range rapid.SliceOfNDistinct(rapid.StringMatching(`dbos_[a-z]{1,12}`), 0, 5, rapid.ID).Draw(t, "names") {
			f := Family{Name: name, Help: strings.TrimSpace(rapid.String().Draw(t, "help")), Kind: rapid.SampledFrom([]Kind{Counter, Gauge, Histogram}).Draw(t, "kind")}
			for _, value := range rapid.SliceOfNDistinct(rapid.String(), 0, 4, rapid.ID).Draw(t, "labels") {
				s := Sample{Labels: []Label{{"script", value}, {"outcome", rapid.String().Draw(t, "label")}}, Value: rapid.Float64().Draw(t, "value")}
				switch f.Kind {
				case Counter:
					s.Value = float64(rapid.Uint32().Draw(t, "count"))
				case Histogram:
					s.Distribution = NewDistribution(0.5, 1, 10, 1e6)
					for _, v := range rapid.SliceOf(rapid.Float64Range(0, 1e7)).Draw(t, "values") {
						s.Distribution.Observe(v)
					}
				}
				f.Samples = append(f.Samples, s)
			}
			all = append(all, f)
		}
		return all
	})
}

func write(t rapid.TB, all []Family, f Format) string {
	t.Helper()
	var text bytes.Buffer
	if err := Write(&text, all, f); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// The parser of Prometheus reads the older format, and its encoder then writes the same OpenMetrics
// as this package.
func TestPrometheusReadsAndWritesTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := families().Draw(t, "families")
		parser := expfmt.NewTextParser(model.UTF8Validation)
		read, err := parser.TextToMetricFamilies(strings.NewReader(write(t, all, Classic)))
		if err != nil {
			t.Fatalf("%v\n%s", err, write(t, all, Classic))
		}
		var want bytes.Buffer
		for _, f := range all {
			name := f.Name
			if f.Kind == Counter {
				name += "_total"
			}
			if len(f.Samples) == 0 {
				continue
			}
			if _, err := expfmt.MetricFamilyToOpenMetrics(&want, inOrder(t, read[name], f)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := expfmt.FinalizeOpenMetrics(&want); err != nil {
			t.Fatal(err)
		}
		if got := write(t, all, OpenMetrics); got != want.String() {
			t.Errorf("wrote:\n%s\nPrometheus:\n%s", got, want.String())
		}
	})
}

// inOrder checks the number of samples and their values.
func inOrder(t *rapid.T, read *dto.MetricFamily, f Family) *dto.MetricFamily {
	if read == nil || len(read.Metric) != len(f.Samples) || read.GetHelp() != f.Help {
		t.Fatalf("Prometheus reads %v of %+v", read, f)
	}
	for i, m := range read.Metric {
		if m.GetGauge() != nil && m.GetGauge().GetValue() != f.Samples[i].Value {
			t.Fatalf("%v, want %v", m.GetGauge().GetValue(), f.Samples[i].Value)
		}
	}
	return read
}

func TestNumbersThatAreNone(t *testing.T) {
	t.Parallel()
	all := []Family{{Name: "x", Kind: Gauge, Samples: []Sample{{Value: math.NaN()}, {Value: math.Inf(1)}, {Value: math.Inf(-1)}, {Labels: []Label{{"q", "a\xffb"}}}}}}
	if got, want := write(t, all, OpenMetrics), "# TYPE x gauge\nx NaN\nx +Inf\nx -Inf\nx{q=\"a\uFFFDb\"} 0.0\n# EOF\n"; got != want {
		t.Errorf("wrote %q, want %q", got, want)
	}
}

// A reader that goes away ends the writing with its error.
func TestAnErrorOfTheReaderIsReturned(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	if err := Write(failing{gone}, []Family{{Name: "x", Kind: Gauge, Samples: []Sample{{Value: 1}}}}, Classic); !errors.Is(err, gone) {
		t.Errorf("the error is %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestFormatsAreNegotiated(t *testing.T) {
	t.Parallel()
	const scraper = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
	for accept, want := range map[string]Format{
		"": Classic, "*/*": Classic, "text/html, */*;q=0.8": Classic, "text/plain": Classic, scraper: OpenMetrics, openMetricsType: OpenMetrics,
		openMetricsType + "; version=2.0.0": Classic, openMetricsType + ";q=0": Classic, openMetricsType + ";q=0.1, text/plain;q=0.9": Classic,
		openMetricsType + ";q=nonsense": Classic, "nonsense/;;": Classic,
	} {
		if got := Negotiate(accept); got != want {
			t.Errorf("%q is %v, want %v", accept, got, want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3")
	f.Add(";;q=NaN,")
	f.Fuzz(func(t *testing.T, accept string) {
		if got := Negotiate(accept); got == OpenMetrics && !strings.Contains(strings.ToLower(accept), openMetricsType) {
			t.Errorf("%q is OpenMetrics", accept)
		}
	})
}
