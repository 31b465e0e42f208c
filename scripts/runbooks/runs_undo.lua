-- Undoes the changes of a run in the reverse of their order, as far as the things that it changed are still as it left them.

local p = args.declare {
  summary = "Undo the changes of a run that can be undone.",
  run = {positional = true, required = true, doc = "the run: its id, the end or the beginning of it, or last, which is the latest that changed something"},
  batch = {type = "integer", default = 500, min = 1, doc = "workflows in one call"},
}

local waiting = {ENQUEUED = true, DELAYED = true}

-- Why nothing undoes an operation; elsewhere there is no more to say than that.
local final = {
  delete_workflows = "deleted rows are gone", prune = "deleted rows are gone", rewind_workflow = "the steps are deleted", rewind_workflows = "the steps are deleted",
  send = "a message cannot be taken back", send_many = "a message cannot be taken back",
  rerun_workflows = "some were resumed and others forked; dbos-script cancel stops them",
}

-- Each returns why a workflow cannot be changed back, or nil. wf is the workflow now, was how it was, to the value that the run set.
local refusal = {}

local function waits(wf) return not waiting[wf.status] and "no longer waits: " .. wf.status or nil end

function refusal.set_priority(wf, was, to)
  return waits(wf) or tostring(wf.priority) ~= to and "has got another priority since" or nil
end

function refusal.move_queue(wf, was, to)
  return waits(wf) or wf.queue_name ~= to and "has got to another queue since" or not was.queue_name and "was on no queue" or nil
end

function refusal.move_version(wf, was, to)
  return waits(wf) or wf.application_version ~= to and "has got another version since" or not was.version and "had no version" or nil
end

function refusal.hold(wf, was) return was.held and "was held before" or not wf.held_from and "is no longer held" or nil end

function refusal.release(wf) return wf.held_from and "is held again" or waits(wf) end

function refusal.cancel_workflows(wf, was)
  if wf.status ~= "CANCELLED" then return "is no longer CANCELLED: " .. wf.status end
  if was.delayed or was.held then return "was DELAYED, and a resume would start it at once" end
  if was.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED" then return "was " .. was.status .. ", and a resume would start it" end
end

function refusal.resume_workflows(wf, was)
  return was.status ~= "CANCELLED" and ("was %s before"):format(was.status or "not known") or wf.status ~= "ENQUEUED" and "has started: " .. wf.status or nil
end

function refusal.enqueue(wf) return not waiting[wf.status] and "has started: " .. wf.status or nil end

refusal.cancel_workflow, refusal.resume_workflow = refusal.cancel_workflows, refusal.resume_workflows
for _, name in ipairs {"enqueue_many", "fork_workflow", "fork_workflows", "trigger_schedule", "backfill_schedule"} do refusal[name] = refusal.enqueue end

-- How the functions are called that undo something.
local call = {
  set_priority = function(ids, was) return dbos.set_priority(ids, was.priority) end,
  move_queue = function(ids, was) return dbos.move_queue(ids, was.queue_name) end,
  move_version = function(ids, was) return dbos.move_version(ids, was.version) end,
  hold = function(ids) return dbos.hold(ids) end,
  release = function(ids) return dbos.release(ids) end,
  cancel_workflows = function(ids) return dbos.cancel_workflows(ids) end,
  resume_workflows = function(ids, was) return dbos.resume_workflows(ids, {queue_name = was.queue_name}) end,
}

-- Things with a name: whether one is as the run left it, and the call.
local single = {}

local function queue(paused, change)
  return function(name)
    local q = dbos.get_queue(name)
    if not q then return "is no longer registered" end
    return q.paused ~= paused and (paused and "is no longer paused" or "is paused again") or nil, function() change(name) end
  end
end

local function schedule(status, change)
  return function(name)
    local s = dbos.get_schedule(name)
    if not s then return "no longer exists" end
    return s.status ~= status and "is " .. s.status .. " now" or nil, function() change(name) end
  end
end

single.pause_queue, single.resume_queue = queue(true, dbos.resume_queue), queue(false, dbos.pause_queue)
single.pause_schedule, single.resume_schedule = schedule("PAUSED", dbos.resume_schedule), schedule("ACTIVE", dbos.pause_schedule)

function single.set_latest_application_version(name, was)
  if not was.version then return "there was no version before" end
  if was.version == name then return "was the latest before" end
  local latest = dbos.get_latest_application_version().version_name
  return latest ~= name and "is no longer the latest" or nil, function() dbos.set_latest_application_version(was.version) end
end

-- The plan: lines to show, and calls in the order in which they are made.
local lines, calls, left = {}, {}, 0

local function line(change, function_name, count, note)
  for _, known in ipairs(lines) do
    if known.change == change.change and known.undo == function_name and known.note == note then
      known.count = known.count + count
      return
    end
  end
  lines[#lines + 1] = {change = change.change, operation = change.operation, undo = function_name, count = count, note = note}
end

local function refuse(change, count, why)
  left = left + count
  line(change, nil, count, why)
end

-- Plans a group of workflows that were the same before. Their rows are read a batch at a time.
local function workflows(change, was)
  local good, reasons, order = {}, {}, {}
  for ids in dbos.batches(was.ids, p.batch) do
    local now = {}
    for _, wf in ipairs(dbos.list_workflows {workflow_ids = ids, load_input = false, load_output = false}) do now[wf.id] = wf end
    for _, id in ipairs(ids) do
      local why
      if now[id] then why = refusal[change.operation](now[id], was, change.to) else why = "no longer exists" end
      if not why then
        good[#good + 1] = id
      else
        if not reasons[why] then order[#order + 1] = why end
        reasons[why] = (reasons[why] or 0) + 1
      end
    end
  end
  if #good > 0 then
    local note = change.undo == "resume_workflows" and was.deduplicated and "without the deduplication ids that they had"
      or change.undo == "resume_workflows" and was.status == "PENDING" and "they run on from their last step" or nil
    local to = ({set_priority = was.priority, move_queue = was.queue_name, move_version = was.version, resume_workflows = was.queue_name})[change.undo]
    line(change, change.undo .. (to and (" to %s"):format(to) or ""), #good, note)
    calls[#calls + 1] = function(report)
      for ids in dbos.batches(good, p.batch) do
        local result = call[change.undo](ids, was)
        report(result.changed, #ids - result.changed)
      end
    end
  end
  for _, why in ipairs(order) do refuse(change, reasons[why], why) end
end

local function things(change, was)
  for _, name in ipairs(was.ids) do
    local why, act = single[change.operation](name, was)
    if why then
      refuse(change, 1, why)
    else
      line(change, change.undo, 1, name)
      calls[#calls + 1] = function(report)
        act()
        report(1, 0)
      end
    end
  end
end

local ok, changes = pcall(audit.changes, {run_id = p.run, load_ids = true, everywhere = true})
if not ok then
  if changes.code ~= "InvalidArgument" then error(changes) end
  log.error((changes.message:gsub('^.-"run_id": ', "")) .. "; dbos-script runs lists them")
  exit(2)
end

for i = #changes, 1, -1 do
  local change = changes[i]
  local count = change.changed or change.count
  if change.outcome == "denied" or count == 0 then -- nothing was changed
  elseif change.database ~= dbos.database then
    refuse(change, count, "is in another database: " .. (change.database or "not known"))
  elseif not change.undo then
    refuse(change, count, final[change.operation] or "nothing undoes it")
  elseif not change.before then
    refuse(change, count, (change.outcome == "done" or change.outcome == "partly") and "the audit log does not have what it changed" or "its outcome is not known")
  else
    local plan = single[change.operation] and things or workflows
    for _, was in ipairs(change.before) do plan(change, was) end
  end
end

if #lines == 0 then
  log.info("there is nothing to undo")
  exit(0)
end
emit(lines, args.output == "table" and {columns = {"change", "operation", "undo", "count", "note"}} or nil)
if #calls == 0 then
  log.error("nothing of the run can be undone")
  exit(1)
end

local undone = 0
for _, act in ipairs(calls) do
  act(function(changed, unchanged) undone, left = undone + changed, left + unchanged end)
end
if not dbos.dry_run then log.info(("%d undone, %d left as they are"):format(undone, left)) end
if left > 0 then exit(undone > 0 and 4 or 1) end
