package main

import (
	"context"

	pretty "github.com/jedib0t/go-pretty/v6/table"

	small "github.com/dbos-script/dbos-script/runtime/lua/programs"
)

// turnsPerRun is how often a small program runs for each run of the benchmark: about 0.1 s.
const turnsPerRun = 10

// A contest is the comparison of the small programs with gopher-lua alone.
type contest struct {
	Programs []contestant `json:"lua_programs"`
	turns    int
}

// A contestant is a program with its shortest times.
type contestant struct {
	Name  string  `json:"name"`
	Own   float64 `json:"seconds"`
	Plain float64 `json:"seconds_gopher_lua"`
	Ratio float64 `json:"ratio"`
}

// smallPrograms runs each program by turns on the VM of scripts and on gopher-lua.
func (b *bench) smallPrograms(ctx context.Context) (contest, error) {
	c := contest{turns: b.runs * turnsPerRun}
	all, err := small.All()
	if err != nil {
		return c, err
	}
	for _, p := range all {
		times, err := p.Compare(ctx, c.turns)
		if err != nil {
			return c, err
		}
		c.Programs = append(c.Programs, contestant{p.Name, times.Own.Seconds(), times.Plain.Seconds(), times.Ratio()})
	}
	return c, nil
}

// mean returns the arithmetic mean of the ratios.
func (c contest) mean() float64 {
	sum := 0.0
	for _, p := range c.Programs {
		sum += p.Ratio
	}
	return sum / float64(len(c.Programs))
}

// target limits the mean, because the limits of scripts must not make Lua slower.
func (c contest) target() target {
	return target{What: "small programs: time/gopher-lua, mean", Value: c.mean(), Limit: 1, samples: c.turns}
}

func (c contest) writer() pretty.Writer {
	w := newWriter(pretty.Row{"Small programs", "here", "gopher-lua", "here/gopher-lua"})
	for _, p := range c.Programs {
		w.AppendRow(pretty.Row{p.Name, seconds(p.Own), seconds(p.Plain), ratio(p.Ratio)})
	}
	w.AppendFooter(pretty.Row{"mean", "", "", ratio(c.mean())})
	return w
}
