package programs

import (
	"strings"
	"testing"
)

// TestPrograms compares the results of both machines with those of lua5.1.
func TestPrograms(t *testing.T) {
	t.Parallel()
	all, err := All()
	if err != nil || len(all) != 8 {
		t.Fatalf("%d programs, %v", len(all), err)
	}
	for _, p := range all {
		times, err := p.Compare(t.Context(), 1)
		if err != nil || times.Own <= 0 || times.Plain <= 0 {
			t.Errorf("%s: %+v, %v", p.Name, times, err)
		}
	}
}

func TestAWrongResultIsAnError(t *testing.T) {
	t.Parallel()
	for _, p := range []Program{
		{Name: "wrong", Source: "return 1, 'a'", Want: "1 b"},
		{Name: "broken", Source: "return 1 +"},
		{Name: "raising", Source: "error('no')"},
	} {
		if _, err := p.Compare(t.Context(), 1); err == nil || !strings.Contains(err.Error(), p.Name) && p.Name != "raising" {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}

// BenchmarkProgramsAgainstPlain reports the shortest times of each program, and their ratio.
func BenchmarkProgramsAgainstPlain(b *testing.B) {
	all, err := All()
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range all {
		b.Run(p.Name, func(b *testing.B) {
			times, err := p.Compare(b.Context(), b.N)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(times.Own.Seconds()*1e6, "own-µs")
			b.ReportMetric(times.Plain.Seconds()*1e6, "plain-µs")
			b.ReportMetric(times.Ratio(), "ratio")
		})
	}
}
