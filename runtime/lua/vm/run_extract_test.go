package vm

import (
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

func TestExtract(t *testing.T) {
	t.Parallel()
	const source = "#!/usr/bin/env dbos-script\nlocal s = require \"schedule\"\nerror(\"this must not run\")\n-- schedule.declare{cron = \"no\"}\n" +
		"schedule.declare{\n  cron = \"0 * * * *\",\n  timeout = 10 * 60,\n}\nfor i = 1, 3 do print(i) end\n"
	program, err := Extract("x.lua", source, "schedule", "declare")
	if err != nil || program == nil {
		t.Fatalf("%v, %v", program, err)
	}
	var got lua.LValue
	v := New(Config{Globals: map[string]Loader{"schedule": func(L *lua.LState) lua.LValue {
		table := L.NewTable()
		table.RawSetString("declare", L.NewFunction(func(L *lua.LState) int {
			got = L.Get(1)
			return 0
		}))
		return table
	}}})
	defer v.Close()
	if _, err := v.Run(t.Context(), program); err != nil {
		t.Fatal(err)
	}
	if table, ok := got.(*lua.LTable); !ok || table.RawGetString("cron") != lua.LString("0 * * * *") || table.RawGetString("timeout") != lua.LNumber(600) {
		t.Errorf("declared %v", got)
	}
}

func TestExtractRefuses(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"print(1)":                                                                     "",
		"local x = 'schedule.declare'":                                                 "",
		"local x = schedule.declare":                                                   "",
		"schedule.declare{":                                                            "x.lua:1: ",
		"if x then\n  schedule.declare{}\nend":                                         "x.lua:2: schedule.declare has to stand by itself at the top level",
		"local function f() schedule.declare{} end":                                    "x.lua:1: schedule.declare has to stand by itself",
		"schedule.declare{}\nprint(1)\nschedule.declare{}":                             "x.lua:3: schedule.declare is called a second time",
		"local x = schedule.declare({})":                                               "x.lua:1: schedule.declare has to stand by itself",
		"schedule.declare{}\nlocal x = '" + "unfinished\n":                             "x.lua:2: ",
		"local url = 'x'\nschedule.declare{\n  f = function() print(url) end}":         `x.lua:3: schedule.declare uses "url", a variable of the script`,
		"schedule.declare{f = function() report() end}\nfunction report() end":         `x.lua:1: schedule.declare uses "report"`,
		"limit = 3\nschedule.declare{timeout = limit}":                                 `x.lua:2: schedule.declare uses "limit"`,
		"local log = require('lib')\nschedule.declare{f = function() log.error() end}": `x.lua:2: schedule.declare uses "log"`,
	} {
		program, err := Extract("x.lua", source, "schedule", "declare")
		if want == "" && (err != nil || program != nil) || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, %v; want %q", source, program, err, want)
		}
	}
}

// A module under its own name, and variables of the call itself, are no variables of the script.
func TestExtractTakesModules(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"local schedule, log = require('schedule'), require 'log'\nschedule.declare{f = function() log.error() end}",
		"local x = 1\nschedule.declare{f = function(x) local y = x; return function() return x, y end end}",
	} {
		if program, err := Extract("x.lua", source, "schedule", "declare"); err != nil || program == nil {
			t.Errorf("%q: %v, %v", source, program, err)
		}
	}
}
