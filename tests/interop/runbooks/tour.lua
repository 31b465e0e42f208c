-- Reads all there is, changes nothing, and is refused every change before it reaches the database.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "A tour of everything that can be read, and of everything that is refused in read-only mode",
  refuse = {type = "boolean", default = false, doc = "try every mutator and expect ReadOnly"},
  class = {type = "string", default = "", doc = "the class of workflows, if they have one"},
  told = {type = "string", default = "theirs-announce", doc = "a workflow with an event"},
  key = {type = "string", default = "done", doc = "the event"},
  streamed = {type = "string", default = "theirs-stream", doc = "a workflow with three values in the stream numbers"},
  database = {type = "string", default = "", doc = "the database to open read-only for that; the run's own when not given"},
}

-- Another connection has as methods what the module has as functions.
if p.database ~= "" then
  local other = dbos.connect{database_url = p.database, read_only = true}
  dbos = setmetatable({portable_args = dbos.portable_args}, {__index = function(_, name)
    return function(...) return other[name](other, ...) end
  end})
end

local read = {workflows = 0, steps = 0}
local busiest
for wf in dbos.workflows{load_input = true, load_output = true} do
  read.workflows = read.workflows + 1
  local _, _, _ = wf.input, wf.output, wf.error
  wf:to_table()
  local steps = dbos.get_workflow_steps(wf.id, {load_output = true})
  read.steps = read.steps + #steps
  for _, step in ipairs(steps) do step:to_table() end
  if not busiest or #steps > busiest.steps then busiest = {id = wf.id, steps = #steps} end
end
assert(#dbos.list_workflows() == read.workflows)
for _, schedule in ipairs(dbos.list_schedules()) do
  schedule:to_table()
  assert(dbos.get_schedule(schedule.schedule_name).schedule_id == schedule.schedule_id)
end
assert(#dbos.list_application_versions() > 0 and dbos.get_latest_application_version().version_name)
for _, wf in ipairs(dbos.list_workflows{status = "SUCCESS", limit = 5}) do
  local handle = dbos.retrieve_workflow(wf.id)
  handle:get_status()
  handle:get_result{timeout = 5}
end
pcall(dbos.get_event, busiest.id, "no such event", 0.1)
assert(dbos.get_event(p.told, p.key, 1) ~= nil)
assert(#dbos.read_stream(p.streamed, "numbers") == 3)
dbos.read_stream(dbos.list_workflows{status = "SUCCESS", limit = 1}[1].id, "no such stream")
assert(#dbos.wait({p.told, "theirs-broken"}, {timeout = 1}) == 2)
assert(#dbos.plan_backfill("tour", "2020-01-01T00:00:00Z", "2022-01-01T12:00:00Z") == 3)

local class = p.class ~= "" and p.class or nil
local refused = {
  enqueue = function() dbos.enqueue("ordinary", "echo", dbos.portable_args{}) end,
  enqueue_many = function() dbos.enqueue_many("ordinary", "echo", {dbos.portable_args{}}) end,
  send = function() dbos.send(busiest.id, 1, "topic") end,
  send_many = function() dbos.send_many{{destination_id = busiest.id, message = 1}} end,
  cancel_workflow = function() dbos.cancel_workflow(busiest.id) end,
  cancel_workflows = function() dbos.cancel_workflows{busiest.id} end,
  resume_workflow = function() dbos.resume_workflow(busiest.id) end,
  resume_workflows = function() dbos.resume_workflows{busiest.id} end,
  rerun_workflows = function() dbos.rerun_workflows{busiest.id} end,
  fork_workflow = function() dbos.fork_workflow{original_workflow_id = busiest.id} end,
  fork_workflows = function() dbos.fork_workflows{{original_workflow_id = busiest.id}} end,
  rewind_workflow = function() dbos.rewind_workflow(busiest.id) end,
  rewind_workflows = function() dbos.rewind_workflows{busiest.id} end,
  set_workflow_attributes = function() dbos.set_workflow_attributes(busiest.id, {a = 1}) end,
  set_workflows_attributes = function() dbos.set_workflows_attributes({busiest.id}, {a = 1}) end,
  set_workflow_delay = function() dbos.set_workflow_delay(busiest.id, {delay = 1}) end,
  set_workflow_delays = function() dbos.set_workflow_delays({busiest.id}, {delay = 1}) end,
  set_priority = function() dbos.set_priority(busiest.id, 1) end,
  hold = function() dbos.hold(busiest.id) end,
  release = function() dbos.release(busiest.id) end,
  move_queue = function() dbos.move_queue(busiest.id, "ordinary") end,
  move_version = function() dbos.move_version(busiest.id, "v1") end,
  delete_workflows = function() dbos.delete_workflows{busiest.id} end,
  set_latest_application_version = function() dbos.set_latest_application_version("v1") end,
  create_schedule = function() dbos.create_schedule{schedule_name = "s", workflow_name = "tick", workflow_class_name = class, schedule = "* * * * *"} end,
  apply_schedules = function() dbos.apply_schedules{{schedule_name = "s", workflow_name = "tick", workflow_class_name = class, schedule = "* * * * *"}} end,
  update_schedule = function() dbos.update_schedule("tour", {schedule = "@daily"}) end,
  pause_schedule = function() dbos.pause_schedule("tour") end,
  resume_schedule = function() dbos.resume_schedule("tour") end,
  delete_schedule = function() dbos.delete_schedule("tour") end,
  backfill_schedule = function() dbos.backfill_schedule("tour", "-1h", "-1m") end,
  trigger_schedule = function() dbos.trigger_schedule("tour") end,
  register_queue = function() dbos.register_queue{name = "q"} end,
  update_queue = function() dbos.update_queue("q", {concurrency = 1}) end,
  pause_queue = function() dbos.pause_queue("q") end,
  resume_queue = function() dbos.resume_queue("q") end,
  delete_queue = function() dbos.delete_queue("q") end,
  import = function() dbos.import("-") end,
  recover = function() dbos.recover(busiest.id) end,
  prune = function() dbos.prune{older_than = "30d"} end,
  bulk = function() dbos.bulk{busiest.id}:cancel() end,
  continue_bulk = function() dbos.continue_bulk("r") end,
  pause_bulk = function() dbos.pause_bulk("r") end,
  unpause_bulk = function() dbos.unpause_bulk("r") end,
  stop_bulk = function() dbos.stop_bulk("r") end,
  set_bulk_rate = function() dbos.set_bulk_rate("r", 1) end,
  remove_bulks = function() dbos.remove_bulks{keep = 1} end,
  rename_application = function() dbos.rename_application{old_name = "a", new_name = "b"} end,
  debounce = function() dbos.debouncer("echo"):debounce("key", 1, dbos.portable_args{}) end,
}

-- What is not refused reads, or asks the database nothing.
local readers = {
  "batches", "bulk_outcomes", "connect", "count", "database", "debouncer", "dry_run", "executors", "explain", "export", "failures", "get_bulk", "get_event", "get_latest_application_version", "get_queue", "get_schedule", "get_step_aggregates", "get_workflow_aggregates",
  "get_workflow_steps", "list_application_versions", "list_bulks", "list_queues", "list_schedules", "list_workflows", "orphans", "plan_backfill", "plan_prune", "portable_args", "read_stream", "read_stream_async", "retrieve_workflow", "shutdown",
  "wait", "watch_bulk", "workflows",
}
local known = {}
for _, name in ipairs(readers) do known[name] = true end
for name in pairs(require "dbos") do assert(known[name] or refused[name], name .. " is neither tried nor refused here") end

-- What older tables cannot hold is Unsupported there, whoever asks.
local newer = {set_workflow_attributes = true, set_workflows_attributes = true, register_queue = true, update_queue = true, delete_queue = true,
  pause_queue = true, resume_queue = true,
  rename_application = true, continue_bulk = true, pause_bulk = true, unpause_bulk = true, stop_bulk = true, set_bulk_rate = true, remove_bulks = true}

if p.refuse then
  for name, change in pairs(refused) do
    local ok, err = pcall(change)
    assert(not ok and (err.code == "ReadOnly" or newer[name] and err.code == "Unsupported"), name .. ": " .. tostring(err))
  end
end

emit(read)
