-- What an application of any SDK has written, in a form of its own, reads as plain values.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Read what an application of any SDK has written",
  language = {type = "string", required = true, doc = "its SDK's language"},
}

local wf = dbos.list_workflows{workflow_ids = "theirs-kinds", load_input = true, load_output = true}[1]
local out = wf.output
assert(out.fraction == 0.1 and out.none == json.null, tostring(out.fraction))
assert(out.nested.text == 'ünïcode \226\128\168 "quoted" 🚀', out.nested.text)
assert(json.encode(out.nested.list) == "[1,[2,null]]", json.encode(out.nested.list))
assert(tostring(out.at):find("2026%-01%-02T03:04:05%.678"), tostring(out.at))
local big = {typescript = "1180591620717411303424", go = "1152921504606846977", java = "1152921504606846977", python = "1180591620717411303424"}
assert(tostring(out.big) == big[p.language], tostring(out.big))
if p.language == "python" then
  assert(json.encode(out.pair) == '[1,"x"]' and out.bytes:byte(-1) == 255, json.encode(out.pair))
end

local failed = dbos.list_workflows{workflow_ids = "theirs-broken", load_output = true}[1]
assert(failed.status == "ERROR" and failed.error.message:find("oh dear", 1, true), json.encode(failed))
local parent = dbos.list_workflows{workflow_ids = "theirs-brood", load_input = true, load_output = true}[1]
assert(json.encode(parent.output) == '{"n":5}', json.encode(parent))
local children = dbos.list_workflows{parent_workflow_id = "theirs-brood", load_output = true}
assert(#children == 1 and json.encode(children[1].output) == '{"n":5}', json.encode(children))
assert(dbos.get_event("theirs-report", "progress").last == true)
local stream = dbos.read_stream("theirs-report", "numbers")
assert(json.encode(stream) == '[1,"two",{"last":true}]', json.encode(stream))
local steps = dbos.get_workflow_steps("theirs-journey", {load_output = true})
assert(#steps == 3 and steps[3].output.stop == 2 and steps[3].output.by == "theirs-journey", json.encode(steps))

emit{done = "theirs"}
