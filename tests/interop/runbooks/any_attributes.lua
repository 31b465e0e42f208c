-- Attributes that are given with an enqueue, replaced and merged later.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Set and merge attributes of workflows of an application of any SDK"
local enqueue = any.starter(p, "attributed")

enqueue("set", "same", 1, {attributes = {tier = 1, gone = true}}):get_result(any.soon)
enqueue("merged", "same", 1, {attributes = {tier = 1}}):get_result(any.soon)
dbos.set_workflow_attributes("attributed-set", {tier = 2, region = "eu"})
dbos.set_workflows_attributes({"attributed-merged"}, {reviewed = true}, {merge = true})
for _, filter in ipairs{{{tier = 2, region = "eu"}, "set"}, {{tier = 1, reviewed = true}, "merged"}} do
  local found = dbos.list_workflows{attributes = filter[1], workflow_id_prefix = "attributed-"}
  assert(#found == 1 and found[1].id == "attributed-" .. filter[2])
end
any.equal(0, #dbos.list_workflows{attributes = {gone = true}})

emit{done = "attributes"}
