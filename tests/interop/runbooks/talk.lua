-- Messages to, and events and streams from, workflows that run meanwhile.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Send messages, read events and streams of running and of finished workflows",
  prefix = {type = "string", default = "talk", doc = "what the workflow ids start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function id(name) return p.prefix .. "-" .. name end

-- Workflows that are registered as portable end in this.
local kinds = {"", "Portable"}

local function enqueue(name, workflow, ...)
  return dbos.enqueue("ordinary", workflow, dbos.portable_args{positional = {...}}, {workflow_id = id(name)})
end

-- Messages arrive in their order, each kind of value whole, with a topic and without.
for _, kind in ipairs(kinds) do
  local plain = enqueue("plain" .. kind, "receive" .. kind, json.null, 3)
  dbos.send(plain.workflow_id, {n = 1, list = json.array{}})
  dbos.send(plain.workflow_id, "two")
  dbos.send(plain.workflow_id, 3.5)
  assert(json.encode(plain:get_result(soon)) == '[{"list":[],"n":1},"two",3.5]', json.encode(plain:get_result(soon)))
end
local topical = enqueue("topical", "receive", "mail", 1)
dbos.send(topical.workflow_id, "wrong", "post")
dbos.send(topical.workflow_id, {"right"}, "mail")
assert(topical:get_result(soon)[1][1] == "right")
dbos.send(topical.workflow_id, "too late", "mail")
local ok, err = pcall(dbos.send, id("nobody"), "hello", "mail")
assert(not ok and err.code == "NonExistentWorkflow")

-- Many messages in one go.
local crowd = {}
for i = 1, 3 do
  crowd[i] = enqueue("crowd" .. i, "receive", "mail", 1)
end
dbos.send_many{
  {destination_id = id("crowd1"), message = 1, topic = "mail"},
  {destination_id = id("crowd2"), message = 2, topic = "mail"},
  {destination_id = id("crowd3"), message = 3, topic = "mail"},
}
for i, handle in ipairs(crowd) do assert(handle:get_result(soon)[1] == i) end

-- An event is waited for, changes, and stays after the end.
local teller = enqueue("teller", "announceOnCue")
dbos.send(teller.workflow_id, {share = 0.5}, "cue")
assert(dbos.get_event(teller.workflow_id, "progress", 20).share == 0.5)
dbos.send(teller.workflow_id, json.null, "cue")
assert(teller:get_result(soon) == "end")
assert(dbos.get_event(teller.workflow_id, "progress", 1).share == 0.5)
for _, kind in ipairs(kinds) do
  local all = enqueue("all" .. kind, "announce" .. kind, {1, 2, "three"})
  assert(dbos.get_event(all.workflow_id, "done", 20).count == 3)
  assert(dbos.get_event(all.workflow_id, "progress", 20) == "three")
end
ok, err = pcall(dbos.get_event, id("all"), "never", 0.2)
assert(not ok and err.code == "Timeout")

-- A stream is read while it is written: each value read lets the next be written.
local writer = enqueue("writer", "streamOnCue")
dbos.send(writer.workflow_id, 10, "cue")
local read = {}
for value in dbos.read_stream_async(writer.workflow_id, "numbers") do
  read[#read + 1] = value
  local so_far, ended = dbos.read_stream(writer.workflow_id, "numbers", {snapshot = true})
  assert(#so_far == #read and not ended)
  dbos.send(writer.workflow_id, #read < 3 and value + 10 or json.null, "cue")
end
assert(table.concat(read, " ") == "10 20 30", table.concat(read, " "))
assert(writer:get_result(soon) == 3)

-- Read in one go while it is written, it is waited for to its end.
local slowly = enqueue("slowly", "streamSlowly", 6, 0.4)
assert(slowly:get_status().completed_at == nil)
local values, closed = dbos.read_stream(slowly.workflow_id, "numbers")
assert(table.concat(values, " ") == "0 1 2 3 4 5" and closed, table.concat(values, " "))

-- And after its end, closed or left open, in whatever codec.
values, closed = dbos.read_stream(writer.workflow_id, "numbers")
assert(table.concat(values, " ") == "10 20 30" and closed)
for _, kind in ipairs(kinds) do
  assert(enqueue("fast" .. kind, "stream" .. kind, 50):get_result(soon) == 50)
  values, closed = dbos.read_stream(id("fast" .. kind), "numbers")
  assert(#values == 50 and values[1] == 0 and values[50] == 49 and closed)
end
enqueue("unclosed", "streamUnclosed"):get_result(soon)
values, closed = dbos.read_stream(id("unclosed"), "mixed")
assert(#values == 2 and values[1].at == "1970-01-01T00:00:00.000Z" and values[2].plain == true and closed)
values, closed = dbos.read_stream(id("unclosed"), "no such stream")
assert(#values == 0 and closed)

-- A handle has all of them at once.
assert(#dbos.retrieve_workflow(id("unclosed")):streams().mixed == 2)
assert(teller:events().progress.share == 0.5 and #crowd[1]:messages() == 1)

emit{done = "talk"}
