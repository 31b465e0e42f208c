-- Cancels, resumes, deletes and forks of workflows of an application of any SDK.
local dbos = require "dbos"
local json = require "json"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Control workflows of an application of any SDK",
  class = {type = "string", default = "", doc = "the class of its workflows"},
  settle = {type = "duration", default = "0s", doc = "the time that a run needs to notice that it is cancelled"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function enqueue(id, workflow, input, options)
  options = options or {}
  options.workflow_id, options.class_name = "control-" .. id, p.class ~= "" and p.class or nil
  return dbos.enqueue("ordinary", workflow, input, options)
end

local function await(handle, status)
  for _ = 1, 400 do
    if handle:get_status().status == status then return end
    time.sleep(0.05)
  end
  error(handle.workflow_id .. " is " .. handle:get_status().status .. ", not " .. status)
end

-- Several that run are cancelled in one call, and go on when they are resumed.
local held = {}
for i = 1, 3 do held[i] = enqueue("held-" .. i, "hold", "") end
for i = 1, 3 do await(held[i], "PENDING") end
local cancelled = dbos.cancel_workflows{"control-held-1", "control-held-2", "control-nobody"}
assert(cancelled.changed == 2, json.encode(cancelled.outcomes))
local ok, err = pcall(held[1].get_result, held[1], soon)
assert(not ok and err.code == "AwaitedWorkflowCancelled", tostring(err))
assert(held[3]:get_status().status == "PENDING")
time.sleep(p.settle)
dbos.resume_workflows({"control-held-1", "control-held-2"}, {queue_name = "ordinary"})
for i = 1, 3 do dbos.send("control-held-" .. i, i, "release") end
for i = 1, 3 do assert(held[i]:get_result(soon) == i) end

-- Resumed without a queue it runs on the internal one.
local waiting = enqueue("waiting", "same", 7, {delay = "1h"})
assert(waiting:get_status().status == "DELAYED")
dbos.cancel_workflow("control-waiting")
assert(dbos.resume_workflow("control-waiting"):get_result(soon) == 7)

-- A delay that ends is noticed by the application.
local late = enqueue("late", "same", "late", {delay = "1h"})
dbos.set_workflow_delay("control-late", {delay = "10ms"})
assert(late:get_result(soon) == "late")

-- A fork keeps the steps before the one that it starts at.
assert(#enqueue("journey", "journey", 3):get_result(soon) == 3)
local steps = dbos.get_workflow_steps("control-journey")
assert(#steps == 3 and steps[1].step_name == "stop0", json.encode(steps))
for kept = 0, 2 do
  local id = "control-fork-" .. kept
  local fork = dbos.fork_workflow{original_workflow_id = "control-journey", forked_workflow_id = id, start_step = steps[kept + 1].step_id}
  local visited = fork:get_result(soon)
  for i = 1, 3 do assert(visited[i].by == (i <= kept and "control-journey" or id), json.encode(visited)) end
  assert(fork:get_status().forked_from == "control-journey")
end
assert(dbos.retrieve_workflow("control-journey"):get_status().was_forked_from)

-- Deleted is gone.
dbos.delete_workflows{"control-held-1", "control-held-2"}
assert(#dbos.list_workflows{workflow_id_prefix = "control-held"} == 1)

emit{done = "control"}
