-- An application that takes another name: what belonged to the old name is run by the one that has the new one.
local dbos = require "dbos"
local json = require "json"
local any = require "any"

local p = any.declare "Give the rows of an application of another name to a running application of any SDK"
local enqueue = any.starter(p, "renamed")

dbos.register_queue{name = "moving", polling_interval = 0.2, application_name = "former"}
local handles = {}
for i = 1, 3 do handles[i] = enqueue(i, "same", i, {queue = "moving", application_name = "former", sdk = p.language}) end
local moved = dbos.rename_application{old_name = "former", new_name = p.app, batch_size = 2}
assert(moved.queues == 1 and moved.workflows == 3, json.encode(moved))
for i, handle in ipairs(handles) do
  assert(handle:get_result(any.soon) == i and handle:get_status().application_name == p.app)
end

enqueue("theirs", "same", 1, {application_name = "theirs-former", sdk = p.language})
emit{done = "rename"}
