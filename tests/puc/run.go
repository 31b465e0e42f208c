package puc

import "fmt"

// Options choose the programs and calls to compare.
type Options struct {
	Seed            uint64
	First           uint64 // number of the first program
	Programs, Calls uint64
	Most            int // differences after which it ends
}

// Report counts comparisons.
type Report struct {
	Seed            uint64
	Programs, Calls uint64
	Judged          uint64 // programs that lua5.1 could judge
	Differences     int
}

// String is the summary of a run.
func (r Report) String() string {
	return fmt.Sprintf("seed %d: %d programs (%d to their end in lua5.1) and %d calls compared, %d differences", r.Seed, r.Programs, r.Judged, r.Calls, r.Differences)
}

// Run compares random programs and random calls. Each difference goes to show, as text. It
// returns an error if lua5.1 is missing or ends.
func Run(o Options, show func(string)) (Report, error) {
	report := Report{Seed: o.Seed}
	judge, err := NewJudge()
	if err != nil {
		return report, err
	}
	defer judge.Close()
	found := func(what string, number uint64, d fmt.Stringer) {
		report.Differences++
		show(fmt.Sprintf("==== %s %d of seed %d\n%s", what, number, o.Seed, d))
	}
	for ; report.Programs < o.Programs && report.Differences < o.Most; report.Programs++ {
		number := o.First + report.Programs
		d, err := judge.CompareProgram(Program(o.Seed, number))
		if err != nil {
			return report, fmt.Errorf("program %d: %w", number, err)
		}
		if d != nil {
			found("program", number, d)
		}
	}
	report.Judged = judge.judged
	for report.Calls < o.Calls && report.Differences < o.Most {
		batch := Calls(o.Seed, report.Calls, min(callsPerChunk, o.Calls-report.Calls))
		ds, err := judge.compareCalls(batch)
		if err != nil {
			return report, fmt.Errorf("calls from %d: %w", report.Calls, err)
		}
		for i := range ds {
			found("call", report.Calls+uint64(ds[i].index), &ds[i].Difference)
		}
		report.Calls += uint64(len(batch))
	}
	return report, nil
}

// CompareSeed compares one random program and a hundred random calls.
func (j *Judge) CompareSeed(seed, number uint64) ([]string, error) {
	var found []string
	d, err := j.CompareProgram(Program(seed, number))
	if err != nil {
		return nil, err
	}
	if d != nil {
		found = append(found, d.String())
	}
	ds, err := j.compareCalls(Calls(seed, number, callsPerChunk))
	for i := range ds {
		found = append(found, ds[i].String())
	}
	return found, err
}
