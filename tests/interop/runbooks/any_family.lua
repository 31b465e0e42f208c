-- Cancels children with their parent, in an application of any SDK.
local dbos = require "dbos"
local time = require "time"
local any = require "any"

local p = any.declare "Cancel workflows of an application of any SDK with their children"
local soon, enqueue = any.soon, any.starter(p, "family")

enqueue("ours", "nest", "family-ours-child")
enqueue("theirs", "nest", "family-theirs-child")
for _, child in ipairs{"family-ours-child", "family-theirs-child"} do
  any.await(child .. " runs", function() return #dbos.list_workflows{workflow_ids = child, status = "PENDING"} == 1 end)
end
any.equal(2, dbos.cancel_workflows({"family-ours"}, {cancel_children = true}).changed)
time.sleep(p.settle)
dbos.send("family-ours-child", "too late", "release")
for _, id in ipairs {"family-ours", "family-ours-child"} do
  local handle = dbos.retrieve_workflow(id)
  local ok, err = pcall(handle.get_result, handle, soon)
  -- A parent on an SDK for TypeScript before 5 fails with its child, and writes that over the state that it has.
  local overwritten = p.language == "typescript" and id == "family-ours" and err.message:find("was cancelled", 1, true)
  assert(not ok and (err.code == "AwaitedWorkflowCancelled" or overwritten), tostring(err))
end

emit{done = "family"}
