// Package programs holds eight small Lua programs, and compares how long they take here with how
// long they take on gopher-lua alone.
package programs

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

//go:embed *.lua
var files embed.FS

// A Program is a Lua chunk that returns strings or numbers.
type Program struct {
	Name   string // as a person reads it: "spectral norm"
	Source string
	Want   string // the values that lua5.1 returns, with spaces in between
}

// All returns the programs.
func All() ([]Program, error) {
	all := []Program{
		{Name: "fib", Want: "17711"},
		{Name: "nbody", Want: "0.013535"},
		{Name: "spectral norm", Want: "1.274167288"},
		{Name: "strings", Want: "22593 813 842"},
		{Name: "tables", Want: "136 4165833 2500"},
		{Name: "sort", Want: "436992"},
		{Name: "closures", Want: "13960500"},
		{Name: "methods", Want: "19 23178 822 16000"},
	}
	for i := range all {
		source, err := files.ReadFile(strings.ReplaceAll(all[i].Name, " ", "_") + ".lua")
		if err != nil {
			return nil, err
		}
		all[i].Source = string(source)
	}
	return all, nil
}

// Times are the shortest times of a program. A shortest time is the time that other work of the
// machine disturbed least.
type Times struct {
	Own   time.Duration // on the VM of scripts, with its limits
	Plain time.Duration // on gopher-lua alone, without limits
}

// Ratio returns the own time divided by the plain one.
func (t Times) Ratio() float64 { return t.Own.Seconds() / t.Plain.Seconds() }

// Compare runs a program on both by turns. The first turn warms up, and is not counted.
func (p Program) Compare(ctx context.Context, turns int) (Times, error) {
	own, err := p.own(ctx)
	if err != nil {
		return Times{}, err
	}
	defer own.close()
	plain, err := p.plain()
	if err != nil {
		return Times{}, err
	}
	defer plain.close()
	var best Times
	for turn := range turns + 1 {
		ownTime, err := p.time(own)
		if err != nil {
			return best, err
		}
		plainTime, err := p.time(plain)
		if err != nil {
			return best, err
		}
		if turn == 1 {
			best = Times{ownTime, plainTime}
		} else if turn > 1 {
			best = Times{min(best.Own, ownTime), min(best.Plain, plainTime)}
		}
	}
	return best, nil
}

// time runs a program once, and returns an error if its results are wrong.
func (p Program) time(m machine) (time.Duration, error) {
	start := time.Now()
	got, err := m.run()
	elapsed := time.Since(start)
	if err == nil && got != p.Want {
		err = fmt.Errorf("%s returned %q on %s, not %q", p.Name, got, m.name, p.Want)
	}
	return elapsed, err
}

// A machine has a program loaded, and returns its results as a text.
type machine struct {
	name  string
	run   func() (string, error)
	close func()
}

func (p Program) own(ctx context.Context) (machine, error) {
	v := vm.New(vm.Config{Limits: vm.Limits{Time: time.Hour}})
	program, err := vm.Compile(p.Name, p.Source)
	run := func() (string, error) {
		values, err := v.Run(ctx, program)
		return joined(values), err
	}
	return machine{"the VM of scripts", run, v.Close}, err
}

func (p Program) plain() (machine, error) {
	// A fixed registry, which is the default, is too small for table.concat of 3,000 words.
	L := lua.NewState(lua.Options{RegistryMaxSize: 1 << 20, RegistryGrowStep: 4096})
	f, err := L.LoadString(p.Source)
	run := func() (string, error) {
		L.SetTop(0)
		L.Push(f)
		err := L.PCall(0, lua.MultRet, nil)
		var values []lua.LValue
		for i := range L.GetTop() {
			values = append(values, L.Get(i+1))
		}
		return joined(values), err
	}
	return machine{"gopher-lua", run, L.Close}, err
}

func joined(values []lua.LValue) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = value.String()
	}
	return strings.Join(texts, " ")
}
