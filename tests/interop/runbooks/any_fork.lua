-- Forks finished workflows from each of their steps. Each step returns the id of the workflow that ran it, which shows
-- the steps that were copied.
local dbos = require "dbos"
local json = require "json"
local any = require "any"

local p = any.declare "Fork workflows of an application of any SDK from every step, with events and streams"
local soon, enqueue = any.soon, any.starter(p, "forks")

local function check(original, fork, kept)
  local visited = fork:get_result(soon)
  for i = 1, 3 do assert(visited[i].by == (i <= kept and original or fork.workflow_id), json.encode(visited)) end
  assert(#dbos.get_workflow_steps(fork.workflow_id) == 3 and fork:get_status().forked_from == original)
end

-- From each step of one with a plain input, of one with a portable one, and of one that the application started itself.
enqueue("plain", "journey", 3):get_result(soon)
enqueue("portable", "journey", dbos.portable_args{positional = {3}}):get_result(soon)
for _, original in ipairs{"forks-plain", "forks-portable", "forks-native"} do
  local steps, forks = dbos.get_workflow_steps(original), {}
  for kept = 0, 3 do
    local start = kept < 3 and steps[kept + 1].step_id or steps[3].step_id + 1
    forks[kept] = dbos.fork_workflow{original_workflow_id = original, start_step = start, queue_name = "ordinary"}
  end
  for kept = 0, 3 do check(original, forks[kept], kept) end
  assert(dbos.list_workflows{workflow_ids = original}[1].was_forked_from and #dbos.list_workflows{forked_from = original} == 4)
end

-- From a step by its name, from the last one, and on the internal queue.
check("forks-plain", dbos.fork_workflow{original_workflow_id = "forks-plain", start_step = {step_name = "stop1"}}, 1)
check("forks-native", dbos.fork_workflow{original_workflow_id = "forks-native", start_step = "last"}, 2)
local ok, err = pcall(dbos.fork_workflow, {original_workflow_id = "forks-plain", forked_workflow_id = "forks-native"})
assert(not ok and err.code == "ConflictingID", tostring(err))

-- Several workflows that failed run on from the step that failed.
for i = 1, 2 do
  local broken = enqueue("broken-" .. i, "broken", "oh " .. i)
  assert(not pcall(broken.get_result, broken, soon))
end
local again = dbos.fork_workflows{
  {original_workflow_id = "forks-broken-1", start_step = "failed", queue_name = "ordinary"},
  {original_workflow_id = "forks-broken-2", start_step = "failed", queue_name = "ordinary"},
}
for i, fork in ipairs(again) do
  ok, err = pcall(fork.get_result, fork, soon)
  assert(not ok and err.cause.message:find("oh " .. i, 1, true), tostring(err))
  assert(dbos.get_workflow_steps(fork.workflow_id)[1].step_name == "before")
end

-- Events and streams are copied as they were before the step. No executor has the version of this fork, so it never runs
-- and changes them no more.
enqueue("told", "report", {"one", "two", "three"}):get_result(soon)
local told = dbos.get_workflow_steps("forks-told")
assert(#told >= 6, json.encode(told))
local waits = dbos.fork_workflow{original_workflow_id = "forks-told", start_step = told[3].step_id, application_version = "v-unknown"}
assert(dbos.get_event(waits.workflow_id, "progress", 1) == "one")
dbos.cancel_workflow(waits.workflow_id)
any.equal({"one"}, dbos.read_stream(waits.workflow_id, "numbers"))

emit{done = "fork"}
