-- Forks failed workflows from the step that failed, which the fork finds itself: SDKs count steps from 0 or from 1.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Fork failed workflows of an application of any SDK from the step that failed"
local soon, enqueue = any.soon, any.starter(p, "failed")

-- The second step fails, a third one runs after it, and then the workflow fails.
for i = 1, 3 do
  local handle = enqueue(i, "stumble", "")
  local ok, err = pcall(handle.get_result, handle, soon)
  assert(not ok and err.cause.message:find("stumbled in failed-" .. i, 1, true), tostring(err))
end

-- Each step names the workflow that really ran it.
local function check(fork, by)
  local ok, err = pcall(fork.get_result, fork, soon)
  assert(not ok and err.code == "WorkflowFailed", tostring(err))
  local steps = dbos.get_workflow_steps(fork.workflow_id, {load_output = true})
  any.equal({"steady", "stumble", "onward"}, {steps[1].step_name, steps[2].step_name, steps[3].step_name})
  any.equal(by, {steps[1].output, steps[2].error.message:match("stumbled in ([%w-]+)"), steps[3].output})
end

local forks = dbos.fork_workflows{
  {original_workflow_id = "failed-1", forked_workflow_id = "failed-1-fork", start_step = "failed", queue_name = "ordinary"},
  {original_workflow_id = "failed-2", forked_workflow_id = "failed-2-fork", start_step = {step_name = "stumble"}, queue_name = "ordinary"},
  {original_workflow_id = "failed-3", forked_workflow_id = "failed-3-fork", start_step = "last", queue_name = "ordinary"},
}
check(forks[1], {"failed-1", "failed-1-fork", "failed-1-fork"})
check(forks[2], {"failed-2", "failed-2-fork", "failed-2-fork"})
check(forks[3], {"failed-3", "failed-3", "failed-3-fork"})

emit{done = "failed"}
