-- Two applications on one database, of which only one knows the tables that the payloads moved to.
local dbos = require "dbos"
local any = require "any"

any.declare "Run the same work on a newer and an older application of one database"
local soon, versions = any.soon, {"old", "new"}

-- What a workflow returned, by whom it was run.
local function ran(handle, version)
  local out = handle:get_result(soon)
  local by = handle:get_status().executor_id
  assert(by == "peer-" .. version, "run by " .. by .. ", not by the " .. version .. " one")
  return out
end

for _, version in ipairs(versions) do
  local id = "split-" .. version
  local function pinned(name, workflow, input)
    return dbos.enqueue("ordinary", workflow, input, {workflow_id = id .. name, application_version = version})
  end
  any.equal({version, {1, 2}}, ran(pinned("", "same", {version, {1, 2}}), version))
  any.equal({version, {1, 2}}, dbos.list_workflows{workflow_ids = id, load_output = true}[1].output)
  -- What either ran, both can run again from a fork.
  for _, again in ipairs(versions) do
    local fork = dbos.fork_workflow{original_workflow_id = id, start_step = 0, application_version = again, queue_name = "ordinary"}
    any.equal({version, {1, 2}}, ran(fork, again))
  end
  local handle = pinned("-fails", "broken", version)
  local ok, err = pcall(handle.get_result, handle, soon)
  assert(not ok and err.cause.message:find(version, 1, true), tostring(err))
  assert(#ran(pinned("-journey", "journey", 3), version) == 3)
  -- Cancelled while it waits and resumed, it keeps its input.
  local waiting = dbos.enqueue("ordinary", "same", "again", {workflow_id = id .. "-waits", application_version = version, delay = "1h"})
  dbos.cancel_workflow(waiting.workflow_id)
  assert(ran(dbos.resume_workflow(waiting.workflow_id, {queue_name = "ordinary"}), version) == "again")
end

emit{done = "split"}
