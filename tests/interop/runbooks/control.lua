-- Cancels what runs, resumes what was cancelled, deletes what is done.
local dbos = require "dbos"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Cancel, resume and delete workflows of a real application",
  prefix = {type = "string", default = "control", doc = "what the workflow ids start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}
local count = 12

local function id(name) return p.prefix .. "-" .. name end

local function enqueue(name, workflow, positional, opts)
  opts = opts or {}
  opts.workflow_id = id(name)
  return dbos.enqueue("ordinary", workflow, dbos.portable_args{positional = positional}, opts)
end

local function steps(name) return #dbos.get_workflow_steps(id(name)) end

-- Looks until the condition holds, for at most ten seconds.
local function await(what, holds)
  for _ = 1, 200 do
    if holds() then return end
    time.sleep(0.05)
  end
  error(what .. ": not within ten seconds")
end

-- A running workflow stops at its next step.
local slow = enqueue("slow", "slow", {count, 150})
await("two steps are done", function() return steps("slow") >= 2 end)
dbos.cancel_workflow(id("slow"))
local ok, err = pcall(slow.get_result, slow, soon)
assert(not ok and err.code == "AwaitedWorkflowCancelled" and err.workflow_id == id("slow"), tostring(err))
local wf = slow:get_status()
assert(wf.status == "CANCELLED" and wf.queue_name == nil and wf.started_at == nil and wf.completed_at ~= nil)

-- A probe that runs after the cancelled one's step would have ended shows that nothing more happens.
enqueue("probe", "slow", {3, 200}):get_result(soon)
local done = steps("slow")
assert(done < count)

-- It goes on where it stopped, on the queue it is given.
local resumed = dbos.resume_workflow(id("slow"), {queue_name = "ordinary"})
assert(resumed:get_result(soon) == count)
local ids = {}
for i, step in ipairs(dbos.get_workflow_steps(id("slow"))) do ids[i] = step.step_id end
assert(#ids == count and ids[1] == 0 and ids[count] == count - 1)
assert(resumed:get_status().queue_name == "ordinary" and resumed:get_status().attempts == 1)

-- Several at once; what is missing or done is left out or left alone.
local held = {}
for i = 1, 3 do
  enqueue("held" .. i, "hold", {})
  held[i] = id("held" .. i)
end
for i = 1, 3 do
  await("it runs", function() return dbos.retrieve_workflow(held[i]):get_status().status == "PENDING" end)
end
dbos.cancel_workflows{held[1], held[2], id("nobody"), id("slow")}
assert(dbos.retrieve_workflow(held[1]):get_status().status == "CANCELLED")
assert(dbos.retrieve_workflow(held[3]):get_status().status == "PENDING")
assert(dbos.retrieve_workflow(id("slow")):get_status().status == "SUCCESS")
local handles = dbos.resume_workflows({held[1], id("nobody"), held[2]}, {queue_name = "ordinary"})
assert(#handles == 2 and handles[1].workflow_id == held[1] and handles[2].workflow_id == held[2])
for i = 1, 3 do dbos.send(held[i], i, "release") end
for i = 1, 3 do assert(dbos.retrieve_workflow(held[i]):get_result(soon) == i) end

-- Resumed without a queue it runs on the application's internal one.
enqueue("waiting", "echo", {7}, {delay = "1h"})
dbos.cancel_workflow(id("waiting"))
assert(dbos.resume_workflow(id("waiting")):get_result(soon).args[1] == 7)

-- Deleted is gone, with all that belonged to it.
enqueue("parent", "parent", {1, 2}):get_result(soon)
dbos.delete_workflows({id("parent"), held[3]}, {delete_children = true})
assert(#dbos.list_workflows{workflow_id_prefix = id("parent")} == 0)
assert(#dbos.list_workflows{workflow_ids = held} == 2)
ok, err = pcall(dbos.get_workflow_steps, id("parent"))
assert(not ok and err.code == "NonExistentWorkflow")
ok, err = pcall(dbos.retrieve_workflow, id("parent"))
assert(not ok and err.code == "NonExistentWorkflow")

emit{done = "control"}
