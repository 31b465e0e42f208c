package guard

import "slices"

// A SummaryLine counts the calls of one operation that came to the same outcome.
type SummaryLine struct {
	Operation string
	Outcome   string // one of package audit's
	Calls     int64
	Count     int64 // how many workflows, schedules or versions they were about
	Changed   int64 // how many of these have changed
}

type summary struct{ lines []*SummaryLine }

func (s *summary) add(operation, outcome string, count, changed int64) {
	at := slices.IndexFunc(s.lines, func(l *SummaryLine) bool { return l.Operation == operation && l.Outcome == outcome })
	if at < 0 {
		at = len(s.lines)
		s.lines = append(s.lines, &SummaryLine{Operation: operation, Outcome: outcome})
	}
	line := s.lines[at]
	line.Calls++
	line.Count += count
	line.Changed += changed
}

// Summary returns the changes and the refusals of the run so far.
func (g *Guard) Summary() []SummaryLine {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	return copies(g.summary.lines)
}
