-- Several applications have the same workflow and poll the internal queue. Each workflow there must be run by the
-- application that it belongs to.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Start workflows of one of several applications on the queue that all share",
  app = {type = "string", required = true, doc = "the application"},
  queue = {type = "string", required = true, doc = "its queue"},
  language = {type = "string", doc = "its SDK"},
}

local internal, soon = "_dbos_internal_queue", {timeout = 20, polling_interval = 0.05}
local ids, handles = {}, {}
for i = 1, 6 do ids[i] = p.app .. "-many-" .. i end

handles[1] = dbos.enqueue(internal, "same", "one", {workflow_id = p.app .. "-stated", application_name = p.app})
for _, handle in ipairs(dbos.enqueue_many(internal, "same", ids, {workflow_ids = ids, application_name = p.app})) do
  handles[#handles + 1] = handle
end
-- Both calls return the same workflow.
local debouncer = dbos.debouncer("same", {application_name = p.app})
for i = 1, 2 do handles[8] = debouncer:debounce(p.app, "100ms", i, {workflow_id = p.app .. "-debounced-" .. i}) end
handles[9] = dbos.fork_workflow{original_workflow_id = p.app .. "-stated", forked_workflow_id = p.app .. "-forked"}
for _, outcome in ipairs(dbos.wait(handles, soon)) do
  assert(outcome.status == "SUCCESS", outcome.workflow_id .. " is " .. outcome.status)
end
for _, handle in ipairs(handles) do
  local wf = handle:get_status()
  assert(wf.application_name == p.app and wf.executor_id == p.app .. "-1", wf.id .. " ran in " .. tostring(wf.executor_id))
end

-- This connection names the application, so it lists no workflow of another.
for wf in dbos.workflows{name = "same"} do
  assert(wf.application_name == p.app or wf.application_name == nil, wf.id)
end

emit{done = "neighbour_owners"}
