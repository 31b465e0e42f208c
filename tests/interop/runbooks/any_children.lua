-- Forks a workflow of an application of any SDK with another child in place of its own: it reads the other one's result.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Fork a workflow of an application of any SDK with another child"
local soon, enqueue = any.soon, any.starter(p, "children")

local brood = enqueue("brood", "brood", dbos.portable_args{positional = {{n = 5}}})
any.equal({n = 5}, brood:get_result(soon))
local steps, child = dbos.get_workflow_steps("children-brood"), nil
for _, step in ipairs(steps) do child = child or step.child_workflow_id end
-- A fork of the child itself, whose row says what its parent's says, has the child's input.
any.equal({n = 5}, dbos.fork_workflow{original_workflow_id = child, queue_name = "ordinary"}:get_result(soon))
enqueue("other", "same", dbos.portable_args{positional = {{n = 9}}}):get_result(soon)
local fork = dbos.fork_workflow {
  original_workflow_id = "children-brood", start_step = steps[#steps].step_id, queue_name = "ordinary", timeout = "1m",
  replacement_children = {[child] = "children-other"},
}
any.equal({n = 9}, fork:get_result(soon))
any.equal({n = 5}, brood:get_result(soon))
any.equal(60, fork:get_status().timeout)

emit{child = child, step = steps[#steps].step_id}
