package check_test

import (
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/runtime/lua/check"
)

// seed is a mistake in a script, and what is said of it: line:column: code: the beginning of the
// message.
type seed struct{ source, want string }

// languageSeeds are no Lua 5.1.
func languageSeeds() []seed {
	return []seed{
		{"local x = 1\nif x == 1 then\n  print(x)\n", `3:10: syntax: "end" expected (to close "if" at line 2)`},
		{"print('a'", `1:9: syntax: ")" expected (to close "(")`},
		{"local function f(x)\n  return x\nend\nprint(f(1)))", `4:12: syntax: unexpected ")": nothing is open here that it could close`},
		{"local x = 5\nif x = 5 then print(x) end", `2:6: syntax: unexpected "="`},
		{"for i = 1, 3 do\n  if i == 2 then continue end\n  print(i)\nend", `2:27: syntax: unexpected "end"`},
		{"print(\"open)\n", `1:7: syntax: unfinished string`},
		{"print('\\x41')", `1:8: syntax: the escape "\x" is of a later Lua`},
		{"print('ä\\u{48}')", `1:9: syntax: the escape "\u" is of a later Lua`},
		{"print('a\\z\n  b')", `1:9: syntax: the escape "\z" is of a later Lua`},
		{"print('\\300')", `1:8: syntax: the escape "\300" is larger than a byte`},
		{"print(7 // 2)", `1:9: syntax: "//" is integer division of Lua 5.3`},
		{"print(7 & 2)", `1:9: syntax: "&" is a bit operator of Lua 5.3`},
		{"print(7 ~ 2)", `1:9: syntax: "~" is a bit operator of Lua 5.3`},
		{"print(1 << 4)", `1:9: syntax: "<<" is a bit operator of Lua 5.3`},
		{"local n <const> = 1\nprint(n)", `1:10: syntax: "<const>" is syntax of Lua 5.4`},
		{"if 1 != 2 then print(1) end", `1:6: syntax: "!=" is not Lua`},
		{"local n = 1\nn += 1\nprint(n)", `2:3: syntax: "+=" is not Lua`},
		{"print(0b101)", `1:7: syntax: malformed number "0b101"`},
		{"while true do print(1) end\nbreak", `2:1: syntax: "break" outside of a loop`},
		{"goto done\nprint(1)", `1:1: syntax: this goto is not possible`},
	}
}

// nameSeeds are names that nothing has.
func nameSeeds() []seed {
	return []seed{
		{"local count = 1\nprint(coutn, count)", `2:7: undefined-global: undefined global "coutn" (did you mean "count"?)`},
		{"pritn('hello')", `1:1: undefined-global: undefined global "pritn" (did you mean "print"?)`},
		{"io.write('x')", `1:1: undefined-global: undefined global "io"`},
		{"print(None)", `1:7: undefined-global: undefined global "None"`},
		{"dbos.list_workflow{limit = 1}", `1:6: unknown-function: dbos has no function "list_workflow" (did you mean "list_workflows"?)`},
		{"local d = require 'dbos'\nd.resume('w1')", `2:3: unknown-function: dbos has no function "resume" (did you mean "resume_`},
		{"print(json.encod({}))", `1:12: unknown-function: json has no function "encod" (did you mean "encode"?)`},
		{"print(string.fromat('%d', 1))", `1:14: unknown-field: string has no field "fromat" (did you mean "format"?)`},
		{"print(('x'):uper())", `1:13: unknown-field: a string has no method "uper" (did you mean "upper"?)`},
		{"os.exit(1)", `1:4: unknown-field: os has no field "exit"`},
		{"require 'jsn'", `1:9: unknown-module: module "jsn" not found (did you mean "json"?)`},
	}
}

// fieldSeeds are fields of records, however a script came by them.
func fieldSeeds() []seed {
	return []seed{
		{"for wf in dbos.workflows{} do\n  print(wf.statsu)\nend", `2:12: unknown-field: workflow has no field "statsu" (did you mean "status"?)`},
		{"for _, wf in ipairs(dbos.list_workflows{}) do print(wf.queue) end", `1:56: unknown-field: workflow has no field "queue" (did you mean "queue_name"?)`},
		{"local wf = dbos.retrieve_workflow('w'):get_status()\nprint(wf.workflow_id)", `2:10: unknown-field: workflow has no field "workflow_id"`},
		{"print(dbos.list_workflows{}[1].nam)", `1:32: unknown-field: workflow has no field "nam" (did you mean "name"?)`},
		{"print(dbos.list_workflows{}.status)", `1:29: unknown-field: this is an array of workflow, which has no field "status"`},
		{"local h = dbos.enqueue('q', 'w')\nh:get_resutl()", `2:3: unknown-field: handle has no field "get_resutl" (did you mean "get_result"?)`},
		{"print(time.now().yaer)", `1:18: unknown-field: time has no field "yaer" (did you mean "year"?)`},
		{"local p = args.declare{batch = {type = 'integer'}}\nprint(p.bacth)", `2:9: unknown-field: the script declares no parameter "bacth" (did you mean "batch"?)`},
		{"local list = dbos.list_workflows{}\ntable.sort(list, function(a, b) return a.id < b.nam end)", `2:49: unknown-field: workflow has no field "nam" (did you mean "name"?)`},
		{"dbos.wait({'w'}, {each = function(handle) print(handle.id) end})", `1:56: unknown-field: handle has no field "id"`},
		{"seq.each(dbos.workflows{}, function(wf) print(wf.stat) end)", `1:50: unknown-field: workflow has no field "stat" (did you mean "status"?)`},
		{"for wf in seq.filter(dbos.workflows{}, function(wf) return wf.id end) do print(wf.nam) end", `1:83: unknown-field: workflow has no field "nam" (did you mean "name"?)`},
		{"print(seq.find(dbos.list_workflows{}, 'error').di)", `1:48: unknown-field: workflow has no field "di"`},
		{"print(seq.count_by(dbos.workflows{}, 'stauts').ERROR)", `1:38: unknown-field: workflow has no field "stauts" (did you mean "status"?)`},
		{"local list = seq.to_array(seq.take(dbos.workflows{}, 3))\nprint(list[1].statsu)", `2:15: unknown-field: workflow has no field "statsu" (did you mean "status"?)`},
		{"local function newest() return dbos.list_workflows{limit = 1}[1] end\nprint(newest().stauts)", `2:16: unknown-field: workflow has no field "stauts" (did you mean "status"?)`},
		{"dbos.list_workflows{}[1].status = 'ERROR'", `1:26: read-only: workflow is read-only: cannot set "status"`},
		{"dbos.mine = 1", `1:6: read-only: dbos is read-only: cannot set "mine"`},
	}
}

// callSeeds are calls that the declaration refuses.
func callSeeds() []seed {
	return []seed{
		{"dbos.resume_workflows({'a'}, {queu = 'slow'})", `1:31: unknown-option: dbos.resume_workflows: unknown option "queu" (did you mean "queue_name"?)`},
		{"local opts = {workflowid = 'w'}\ndbos.enqueue('q', 'w', 1, opts)", `1:15: unknown-option: dbos.enqueue: unknown option "workflowid" (did you mean "workflow_id"?)`},
		{"local function all() return {stat = 'ERROR'} end\nfor wf in dbos.workflows(all()) do print(wf.id) end", `1:30: unknown-option: dbos.workflows: unknown option "stat" (did you mean "status"?)`},
		{"dbos.send_many{{destination_id = 'a', message = 1, topc = 'x'}}", `1:52: unknown-option: dbos.send_many: argument "messages"[1]: unknown key "topc" (did you mean "topic"?)`},
		{"emit({}, {colums = {'a'}})", `1:11: unknown-option: emit: unknown option "colums" (did you mean "columns"?)`},
		{"dbos.cancel_workflow()", `1:1: missing-argument: dbos.cancel_workflow: argument "workflow_id" is missing`},
		{"dbos.enqueue('orders')", `1:1: missing-argument: dbos.enqueue: argument "workflow_name" is missing`},
		{"dbos.fork_workflow{start_step = 2}", `1:19: missing-argument: dbos.fork_workflow: argument "original_workflow_id" is missing`},
		{"dbos.get_schedule('a', 'b')", `1:24: extra-argument: dbos.get_schedule: takes at most one argument, got 2`},
		{"local function add(a, b) return a + b end\nprint(add(1, 2, 3))", `2:17: extra-argument: add: takes at most 2 arguments, got 3`},
		{"dbos.cancel_workflow(17)", `1:22: wrong-argument: dbos.cancel_workflow: argument "workflow_id": string expected, got number`},
		{"dbos.list_workflows{limit = 'ten'}", `1:29: wrong-argument: dbos.list_workflows: argument "limit": integer expected, got string`},
		{"dbos.list_workflows{status = 'FAILD'}", `1:30: wrong-argument: dbos.list_workflows: argument "status": "FAILD" is not one of`},
		{"dbos.list_workflows{name = ''}", `1:28: wrong-argument: dbos.list_workflows: argument "name" is empty`},
		{"dbos.list_workflows{workflow_ids = {'a', ''}}", `1:42: wrong-argument: dbos.list_workflows: argument "workflow_ids"[2] is empty`},
		{"local since = 'long ago'\ndbos.list_workflows{start_time = since}", `2:34: wrong-argument: dbos.list_workflows: argument "start_time": "long ago" is no time`},
		{"time.sleep('1 hour')", `1:12: wrong-argument: time.sleep: argument "duration": "1 hour" is no duration`},
		{"retry.call(function() end, {attempts = 0})", `1:40: wrong-argument: retry.call: argument "attempts": must be at least 1, got 0`},
		{"retry.call(function() end, {attempts = 0x0})", `1:40: wrong-argument: retry.call: argument "attempts": must be at least 1, got 0`},
		{"dbos.resume_workflows(dbos.list_workflows{})", `1:23: wrong-argument: dbos.resume_workflows: argument "ids"[1]: string expected, got workflow`},
		{"dbos:list_workflows{}", `1:6: wrong-call: dbos.list_workflows: is called with a dot, not a colon`},
		{"local h = dbos.enqueue('q', 'w')\nprint(h.get_result())", `2:9: wrong-call: handle:get_result: is called with a colon, not a dot`},
		{"for wf in dbos.list_workflows{} do print(wf) end", `1:11: wrong-loop: a 'for … in' needs an iterator function, got a table`},
		{"for _, wf in ipairs(dbos.workflows{}) do print(wf) end", `1:21: wrong-loop: dbos.workflows returns an iterator, and ipairs takes an array`},
		{"print(#dbos.workflows{})", `1:8: wrong-loop: dbos.workflows returns an iterator, which has no length`},
	}
}

// localSeeds are locals that nothing reads.
func localSeeds() []seed {
	return []seed{
		{"local unused = 1", `1:7: unused-local: local "unused" is never used`},
		{"local ok, err = pcall(print)\nprint(ok)", `1:11: unused-local: local "err" is never used`},
		{"local function helper() end", `1:16: unused-local: local "helper" is never used`},
		{"local n = 1\nn = 2", `1:7: unused-local: local "n" is assigned, but never used`},
	}
}

// TestSeededMistakes holds that each mistake is found, alone, at its place.
func TestSeededMistakes(t *testing.T) {
	t.Parallel()
	c := checker()
	for _, seeds := range [][]seed{languageSeeds(), nameSeeds(), fieldSeeds(), callSeeds(), localSeeds()} {
		for _, s := range seeds {
			if found := c.Check("seed.lua", s.source); len(found) != 1 || !strings.HasPrefix(line(found[0]), s.want) {
				t.Errorf("%s\nwant %s\ngot  %v", s.source, s.want, lines(found))
			}
		}
	}
}

// TestSeededMistakesInOneFile holds that a mistake hides no other: only what is no Lua at all
// ends a look.
func TestSeededMistakesInOneFile(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	count := 0
	for _, seeds := range [][]seed{languageSeeds()[6:18], nameSeeds(), fieldSeeds(), callSeeds(), localSeeds()} {
		for _, s := range seeds {
			source.WriteString("do\n" + s.source + "\nend\n")
			count++
		}
	}
	if found := checker().Check("seeds.lua", source.String()); len(found) != count || count < 50 {
		t.Errorf("%d of %d mistakes are found:\n%s", len(found), count, strings.Join(lines(found), "\n"))
	}
}

func line(f check.Finding) string {
	place, message, _ := strings.Cut(strings.TrimPrefix(f.String(), "seed.lua:"), ": ")
	return place + ": " + string(f.Code) + ": " + message
}

func lines(found []check.Finding) []string {
	var list []string
	for _, f := range found {
		list = append(list, line(f))
	}
	return list
}
