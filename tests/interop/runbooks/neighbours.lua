-- Workflows for one of several applications on a database, which are enqueued without a word about its SDK.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Enqueue workflows for one of several applications",
  app = {type = "string", required = true, doc = "the application"},
  queue = {type = "string", required = true, doc = "its queue"},
  language = {type = "string", doc = "its SDK"},
}

local soon = {timeout = 20, polling_interval = 0.05}

-- A plain input arrives as the one argument, and comes back as it went.
local input = {list = {1, "two"}, n = 1}
local out = dbos.enqueue(p.queue, "same", input, {workflow_id = p.app .. "-ours"}):get_result(soon)
assert(json.encode(out) == '{"list":[1,"two"],"n":1}', json.encode(out))
for i, handle in ipairs(dbos.enqueue_many(p.queue, "same", {"a", "b"}, {workflow_ids = {p.app .. "-1", p.app .. "-2"}})) do
  assert(handle:get_result(soon) == ({"a", "b"})[i])
end

-- It is the application's own afterwards.
local wf = dbos.retrieve_workflow(p.app .. "-ours"):get_status()
assert(wf.executor_id == p.app .. "-1", tostring(wf.executor_id))

emit{done = "neighbours"}
