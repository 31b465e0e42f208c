package puc

import (
	"fmt"
	"strings"
)

// Options select the programs to compare.
type Options struct {
	Seed            uint64
	First           uint64 // number of the first program
	Programs, Calls uint64
	Most            int // differences after which it ends
}

// Report counts the programs that were compared.
type Report struct {
	Seed uint64
	// Programs and Calls are how many were run.
	Programs, Calls uint64
	// Verdicts counts the programs by what came of them; the counts add up to Programs.
	Verdicts map[Verdict]uint64
	// SkippedCalls are the calls that reached a limit of lua5.1.
	SkippedCalls uint64
	Differences  int
	// Repeated are programs that reached our limit of time, and were run once more.
	Repeated uint64
}

// String is the summary of a run.
func (r Report) String() string {
	var parts []string
	for _, v := range []Verdict{Compared, TooLongThere, StackFull, TooLarge, Deviating, RefusedThere} {
		if count := r.Verdicts[v]; count > 0 || v == Compared {
			parts = append(parts, fmt.Sprintf("%d %s", count, v))
		}
	}
	if r.Repeated > 0 {
		parts = append(parts, fmt.Sprintf("%d run again because time was up", r.Repeated))
	}
	return fmt.Sprintf("seed %d: %d programs (%s) and %d calls (%d compared), %d differences",
		r.Seed, r.Programs, strings.Join(parts, ", "), r.Calls, r.Calls-r.SkippedCalls, r.Differences)
}

// Run compares random programs and random calls. Each difference goes to show, as text. It returns
// an error if lua5.1 is missing or ends.
func Run(o Options, show func(string)) (Report, error) {
	report := Report{Seed: o.Seed, Verdicts: map[Verdict]uint64{}}
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
		verdict, d, err := judge.CompareProgram(NewCase(o.Seed, number))
		if err != nil {
			return report, fmt.Errorf("program %d: %w", number, err)
		}
		report.Verdicts[verdict]++
		report.Repeated = judge.repeated
		if d != nil {
			found("program", number, d)
		}
	}
	for report.Calls < o.Calls && report.Differences < o.Most {
		batch := Calls(o.Seed, report.Calls, min(callsPerChunk, o.Calls-report.Calls))
		ds, skipped, err := judge.compareCalls(batch)
		if err != nil {
			return report, fmt.Errorf("calls from %d: %w", report.Calls, err)
		}
		for _, d := range ds {
			found("call", report.Calls+uint64(d.index), d)
		}
		report.Calls += uint64(len(batch))
		report.SkippedCalls += uint64(skipped)
	}
	return report, nil
}

// CompareSeed compares one random program and a hundred random calls.
func (j *Judge) CompareSeed(seed, number uint64) ([]string, error) {
	var found []string
	_, d, err := j.CompareProgram(NewCase(seed, number))
	if err != nil {
		return nil, err
	}
	if d != nil {
		found = append(found, d.String())
	}
	ds, _, err := j.compareCalls(Calls(seed, number, callsPerChunk))
	for _, d := range ds {
		found = append(found, d.String())
	}
	return found, err
}
