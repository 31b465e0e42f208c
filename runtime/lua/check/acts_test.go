package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/lua/check"
)

// acts returns the lines of a text with the functions that act there.
func acts(t *testing.T, text string) []string {
	t.Helper()
	var list []string
	for _, f := range checker().Acts("x.lua", text) {
		if f.Code != check.MayHappenTwice || f.Column == 0 || f.Source == "" {
			t.Errorf("%+v", f)
		}
		name, _, _ := strings.Cut(f.Message, " may happen twice")
		list = append(list, fmt.Sprintf("%d %s", f.Line, name))
	}
	return list
}

func TestActsAreListedWithTheirLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"fs.write('a', 'b')\nlocal t = fs.read('a')\nfs.remove(t)":                                        {"1 fs.write", "3 fs.remove"},
		"local f = require('fs')\n\nf.write('a', 'b')":                                                    {"3 fs.write"},
		"local write = fs.write\nwrite('a', 'b')":                                                         {"2 fs.write"},
		"print(1)\nemit{n = 1}\nlog.info('x')":                                                            {"1 print", "2 emit", "3 log.info"},
		"seq.each({'a'}, fs.remove)\nseq.each({'a'}, print)\npcall(http.post, 'http://x')":                {"1 fs.remove", "2 print", "3 http.post"},
		"local c = dbos.connect{profile = 'x'}\nc:list_workflows{}\nc:cancel_workflow('w')\nc:shutdown()": {"1 dbos.connect", "3 client:cancel_workflow", "4 client:shutdown"},
		"for wf in dbos.workflows{} do\n  http.post('http://x', {json = {id = wf.id}})\nend":              {"2 http.post"},
		"local function tell(m)\n  http.post('http://x', {body = m})\nend\ntell('a')\ntell('b')":          {"2 http.post"},
		"dbos.cancel_workflow('w')\nlocal n = dbos.count{}\nreturn json.encode{n, time.now(), uuid.v4()}": nil,
		"http.get('http://x')\nreturn http.head('http://x')":                                              nil,
		"fs.write('a', 'b') -- check: ignore":                                                             nil,
		"local fs = {write = function() end}\nfs.write()":                                                 nil,
		"print(progress.new{total = 1})":                                                                  {"1 print", "1 progress.new"},
	} {
		if got := acts(t, text); !slices.Equal(got, want) {
			t.Errorf("%s\ngot %q, want %q", text, got, want)
		}
	}
}

// Calls that a durable run refuses are listed, and calls inside a step only if the step refuses
// them.
func TestRefusedCallsAreListed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"screen.new()": "screen.new cannot be recorded in a durable run: a screen is no data",
		"step('s', function()\n  fs.write('a', 'b')\n  dbos.prune{keep = 1, each = function() end}\n  return screen.new() and 1\nend)": "",
		"step('s', {retries = 2}, function() durable.set_event('k', 1) end)":                                                           "durable.set_event records a step by itself, and a step is around it here",
		"step('s', function() durable.sleep('1s') end)\ndurable.set_event('k', 1)\ndurable.recv('t', '1s')":                            "",
		"local name = 'json' .. ''\nlocal m = require(name)":                                                                           "require of a name that is not in quotes finds no file in a durable run",
		"local m = require 'json'": "",
		"local c = dbos.connect{profile = 'x'}\nlocal h = c:retrieve_workflow('w')\nh:exists()": "dbos.connect may happen twice in a durable run",
	} {
		var got []string
		for _, f := range checker().Acts("x.lua", text) {
			got = append(got, f.Message)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s\ngot %q, want %q", text, got, want)
		}
	}
}

// An act is no mistake, and a mistake is no act.
func TestActsAreNoMistakes(t *testing.T) {
	t.Parallel()
	if found := checker().Check("x.lua", "fs.write('a', 'b')"); found != nil {
		t.Errorf("mistakes: %v", found)
	}
	if got := acts(t, "local x = fs.raed('a')"); got != nil {
		t.Errorf("acts: %v", got)
	}
}
