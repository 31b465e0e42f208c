-- Every way in which a durable run changes something. Ids are chosen by chance, so that an effect
-- that happens twice has two rows.
local p = args.declare {
  queue = {type = "string", required = true, doc = "the queue of the effects"},
  url = {type = "string", required = true, doc = "where the effects outside go"},
}
local function effect(name) return dbos.enqueue(p.queue, name, 1, {sdk = "go"}) end
local function post(name) http.post(p.url .. "/" .. p.queue .. "/" .. name, {check = true}) end

local first = effect("first")
post("one")
dbos.enqueue_many(p.queue, "many", {1, 2, 3}, {sdk = "go"})
local before = dbos.count {queue_name = p.queue}
dbos.send(first.workflow_id, {n = 1}, "topic")
durable.set_event("progress", before)
dbos.cancel_workflows {first.workflow_id}
effect("second")
durable.write_stream("log", "half")
time.sleep("3ms")
post("two")
effect("third")
dbos.resume_workflows({first.workflow_id}, {queue_name = p.queue})
step("several", function() post("three") end)
durable.write_stream("log", "all")
dbos.send(first.workflow_id, {n = 2}, "topic")
effect("last")
print(dbos.count {queue_name = p.queue})
