-- Rewinds, names, cancels, forks and sends to workflows of an application on the Go SDK 1.8.
local dbos = require "dbos"
local json = require "json"
local time = require "time"

local soon = {timeout = 20, polling_interval = 0.05}

local function await(id, status)
  local handle = dbos.retrieve_workflow(id)
  for _ = 1, 400 do
    if handle:get_status().status == status then return handle end
    time.sleep(0.05)
  end
  error(id .. " is " .. handle:get_status().status .. ", not " .. status)
end

local function step_named(id, name)
  for _, step in ipairs(dbos.get_workflow_steps(id)) do
    if step.step_name == name then return step.step_id end
  end
  error(id .. " has no step " .. name)
end

local function equal(want, got)
  assert(json.encode(want) == json.encode(got), json.encode(want) .. " is wanted, not " .. json.encode(got))
end

-- A rewind runs the steps from one on again, and keeps the others.
local trial = dbos.enqueue("ordinary", "trial", "", {workflow_id = "past-trial"})
dbos.send("past-trial", "one", "go")
local before = trial:get_result(soon)
equal("one", before.told)
assert(before.second > before.first)
equal({count = before.second}, trial:events())
assert(trial:messages()[1].received and trial:messages()[1].received_by == step_named("past-trial", "DBOS.recv"), json.encode(trial:messages()))
dbos.rewind_workflow("past-trial", {start_step = step_named("past-trial", "second"), queue_name = "parked"})
equal({count = before.first}, trial:events())
assert(dbos.list_workflows{workflow_ids = "past-trial", load_output = true}[1].output == nil, "the result is still there")
equal(1, #trial:messages())
dbos.resume_workflow("past-trial", {queue_name = "ordinary"})
local again = trial:get_result(soon)
equal({before.first, "one"}, {again.first, again.told})
assert(again.second > before.second, json.encode(again))
equal({count = again.second}, trial:events())
equal({before.second, again.second}, dbos.read_stream("past-trial", "counts"))

-- Rewound to the start it waits for a new message, and takes no old one.
dbos.send("past-trial", "stale", "go")
dbos.rewind_workflows({"past-trial", "past-none"}, {queue_name = "ordinary"})
dbos.send("past-trial", "fresh", "go")
local anew = trial:get_result(soon)
assert(anew.first > again.second and anew.told == "fresh", json.encode(anew))

-- One that runs is not rewound.
dbos.enqueue("ordinary", "hold", "", {workflow_id = "past-held"})
await("past-held", "PENDING")
local ok, err = pcall(dbos.rewind_workflow, "past-held")
assert(not ok and err.code == "Conflict", tostring(err))

-- A child is cancelled with its parent.
dbos.enqueue("ordinary", "nest", "past-child", {workflow_id = "past-nest"})
for _ = 1, 400 do
  if #dbos.list_workflows{workflow_ids = "past-child", status = "PENDING"} == 1 then break end
  time.sleep(0.05)
end
equal(2, dbos.cancel_workflows({"past-nest"}, {cancel_children = true}).changed)
dbos.send("past-child", "too late", "release")
for _, id in ipairs {"past-nest", "past-child"} do
  ok, err = pcall(dbos.retrieve_workflow(id).get_result, dbos.retrieve_workflow(id), soon)
  assert(not ok and err.code == "AwaitedWorkflowCancelled", tostring(err))
end

-- A fork reads the result of another child.
local child
for _, step in ipairs(dbos.get_workflow_steps("past-brood")) do child = child or step.child_workflow_id end
local other = dbos.enqueue("ordinary", "same", {n = 9}, {workflow_id = "past-other"})
other:get_result(soon)
local last = dbos.get_workflow_steps("past-brood")
local fork = dbos.fork_workflow {
  original_workflow_id = "past-brood", start_step = last[#last].step_id, queue_name = "ordinary", timeout = "1m",
  replacement_children = {[child] = "past-other"},
}
equal({n = 9}, fork:get_result(soon))
equal({n = 5}, dbos.retrieve_workflow("past-brood"):get_result(soon))
equal(60, fork:get_status().timeout)

-- A message with a key reaches forks and their forks, once.
dbos.fork_workflow{original_workflow_id = "past-held", forked_workflow_id = "past-held-2", queue_name = "ordinary"}
dbos.fork_workflow{original_workflow_id = "past-held-2", forked_workflow_id = "past-held-3", queue_name = "ordinary"}
for _ = 1, 2 do dbos.send("past-held", "released", "release", {idempotency_key = "k", send_to_forks = true}) end
for _, id in ipairs {"past-held", "past-held-2", "past-held-3"} do
  equal("released", dbos.retrieve_workflow(id):get_result(soon))
  equal(1, #dbos.retrieve_workflow(id):messages())
end

-- Attributes that the application's client finds, afterwards.
dbos.set_workflow_attributes("past-trial", {tier = 1, gone = true})
dbos.set_workflow_attributes("past-trial", {tier = 2, region = "eu"})
dbos.set_workflows_attributes({"past-trial"}, {reviewed = true}, {merge = true})

emit{done = "past"}
