-- An application of any SDK at work on a database that we made.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Work with an application of any SDK on tables that we made"
local soon, enqueue = any.soon, any.starter(p, "made")

any.equal({n = 1}, enqueue("same", "same", dbos.portable_args{positional = {{n = 1}}}):get_result(soon))
enqueue("held", "hold", dbos.portable_args{positional = {""}})
dbos.send("made-held", {n = 1}, "release")
any.equal({n = 1}, dbos.retrieve_workflow("made-held"):get_result(soon))
local visited = dbos.retrieve_workflow("made-theirs"):get_result(soon)
assert(#visited == 3 and #dbos.get_workflow_steps("made-theirs") == 3)
local steps = dbos.get_workflow_steps("made-theirs")
local fork = dbos.fork_workflow{original_workflow_id = "made-theirs", start_step = steps[2].step_id}
assert(fork:get_result(soon)[1].by == "made-theirs" and fork:get_result(soon)[2].by == fork.workflow_id)
assert(dbos.list_workflows{workflow_ids = "made-theirs", load_input = true, load_output = true}[1].output[3].stop == 2)
dbos.create_schedule{schedule_name = "made", workflow_name = "tick", workflow_class_name = p.class ~= "" and p.class or nil, schedule = "* * * * * *"}
any.await("the schedule runs", function() return #dbos.list_workflows{workflow_id_prefix = "sched-made-2", status = "SUCCESS"} > 0 end)
dbos.delete_schedule("made")

emit{done = "made"}
