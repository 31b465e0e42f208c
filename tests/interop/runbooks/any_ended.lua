-- What has ended is not resumed, and keeps its result.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Resume workflows of an application of any SDK that have ended"
local soon, enqueue = any.soon, any.starter(p, "ended")

enqueue("well", "same", 7):get_result(soon)
local badly = enqueue("badly", "broken", "over and out")
assert(not pcall(badly.get_result, badly, soon))
local ids = {"ended-well", "ended-badly"}
local function rows() return dbos.list_workflows{workflow_ids = ids, load_output = true} end
local before = rows()

dbos.resume_workflow("ended-well", {queue_name = "ordinary"})
local resumed = dbos.resume_workflows(ids, {queue_name = "ordinary"})
assert(resumed.changed == 0 and resumed.unchanged == 2, resumed.changed .. " that have ended are resumed")
for i, wf in ipairs(rows()) do
  assert(wf.status == before[i].status and wf.started_at == before[i].started_at and wf.completed_at == before[i].completed_at, wf.id .. " is " .. wf.status)
end
any.equal(7, dbos.retrieve_workflow("ended-well"):get_result(soon))

emit{done = "ended"}
