package main

import (
	"context"

	pretty "github.com/jedib0t/go-pretty/v6/table"

	small "github.com/dbos-script/dbos-script/runtime/lua/programs"
)

// turnsPerRun is how often each small program runs in one run of the benchmark. All of its turns
// together take about 0.1 s.
const turnsPerRun = 10

// A luaComparison has the times of the small programs on the VM of scripts and on plain gopher-lua.
type luaComparison struct {
	Programs []programTimes `json:"lua_programs"`
	turns    int
}

// programTimes are the shortest times of a program, in seconds.
type programTimes struct {
	Name  string  `json:"name"`
	Own   float64 `json:"seconds"`            // on the VM of scripts
	Plain float64 `json:"seconds_gopher_lua"` // on gopher-lua alone
	Ratio float64 `json:"ratio"`              // Own / Plain
}

// smallPrograms runs each program alternately on the VM of scripts and on gopher-lua.
func (b *bench) smallPrograms(ctx context.Context) (luaComparison, error) {
	c := luaComparison{turns: b.runs * turnsPerRun}
	all, err := small.All()
	if err != nil {
		return c, err
	}
	for _, p := range all {
		times, err := p.Compare(ctx, c.turns)
		if err != nil {
			return c, err
		}
		c.Programs = append(c.Programs, programTimes{p.Name, times.Own.Seconds(), times.Plain.Seconds(), times.Ratio()})
	}
	return c, nil
}

// mean returns the arithmetic mean of the ratios.
func (c luaComparison) mean() float64 {
	sum := 0.0
	for _, p := range c.Programs {
		sum += p.Ratio
	}
	return sum / float64(len(c.Programs))
}

// target limits the mean to 1: on the VM of scripts, which checks limits, Lua must not be slower
// than on gopher-lua.
func (c luaComparison) target() target {
	return target{What: "small programs: time/gopher-lua, mean", Value: c.mean(), Limit: 1, samples: c.turns}
}

func (c luaComparison) writer() pretty.Writer {
	w := newWriter(pretty.Row{"Small programs", "here", "gopher-lua", "here/gopher-lua"})
	for _, p := range c.Programs {
		w.AppendRow(pretty.Row{p.Name, seconds(p.Own), seconds(p.Plain), ratio(p.Ratio)})
	}
	w.AppendFooter(pretty.Row{"mean", "", "", ratio(c.mean())})
	return w
}
