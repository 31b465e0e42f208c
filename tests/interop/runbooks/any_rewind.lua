-- Rewinds workflows of an application of any SDK: it runs the steps from one on again, and keeps the others.
local dbos = require "dbos"
local json = require "json"
local any = require "any"

local p = any.declare "Rewind workflows of an application of any SDK"
local soon, enqueue, equal = any.soon, any.starter(p, "rewind"), any.equal

local trial = enqueue("trial", "trial", "")
dbos.send("rewind-trial", "one", "go")
local before = trial:get_result(soon)
equal("one", before.told)
assert(before.second > before.first)
equal({count = before.second}, trial:events())
dbos.send("rewind-trial", "left over", "go")
dbos.rewind_workflow("rewind-trial", {start_step = any.step("rewind-trial", "second"), queue_name = "parked"})
for _, sent in ipairs(trial:messages()) do assert(sent.message ~= "left over", "a message that nobody took is still there") end
equal({count = before.first}, trial:events())
assert(dbos.list_workflows{workflow_ids = "rewind-trial", load_output = true}[1].output == nil, "the result is still there")
dbos.resume_workflow("rewind-trial", {queue_name = "ordinary"})
local again = trial:get_result(soon)
equal({before.first, "one"}, {again.first, again.told})
assert(again.second > before.second, json.encode(again))
equal({count = again.second}, trial:events())
equal({before.second, again.second}, dbos.read_stream("rewind-trial", "counts"))

-- Rewound to the start it waits for a new message, and takes no old one.
dbos.send("rewind-trial", "stale", "go")
dbos.rewind_workflows({"rewind-trial", "rewind-none"}, {queue_name = "ordinary"})
dbos.send("rewind-trial", "fresh", "go")
local anew = trial:get_result(soon)
assert(anew.first > again.second and anew.told == "fresh", json.encode(anew))

-- One that runs is not rewound.
enqueue("held", "hold", "")
any.become("rewind-held", "PENDING")
local ok, err = pcall(dbos.rewind_workflow, "rewind-held")
assert(not ok and err.code == "Conflict", tostring(err))
dbos.send("rewind-held", "go on", "release")

-- Rewound to its start, on a queue that nobody takes from, it has published nothing.
enqueue("told", "report", {"one", "two"}):get_result(soon)
dbos.rewind_workflow("rewind-told", {queue_name = "parked"})
equal({}, dbos.retrieve_workflow("rewind-told"):events())

emit{first = anew.first, second = anew.second, step = any.step("rewind-trial", "second")}
