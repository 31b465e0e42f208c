-- Messages, events and streams between us and an application of any SDK.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Talk with workflows of an application of any SDK",
  class = {type = "string", default = "", doc = "the class of its workflows"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function enqueue(id, workflow, input)
  return dbos.enqueue("ordinary", workflow, input, {workflow_id = "talk-" .. id, class_name = p.class ~= "" and p.class or nil})
end

-- A message arrives as it was sent.
for name, message in pairs{text = "ü 🚀", number = 1.5, list = {1, {2}}, object = {a = {b = json.null}}, yes = true} do
  local held = enqueue("held-" .. name, "hold", "")
  dbos.send("talk-held-" .. name, message, "release")
  local got = held:get_result(soon)
  assert(json.encode(got) == json.encode(message), name .. ": " .. json.encode(got))
end

-- Events and streams hold what the workflow published.
local values = {"first", {list = {json.null, true}, n = 2}, 3}
assert(enqueue("report", "report", values):get_result(soon) == 3)
assert(dbos.get_event("talk-report", "progress", 5) == 3)
local read = dbos.read_stream("talk-report", "numbers")
assert(json.encode(read) == json.encode(values), json.encode(read))

-- A handle has all of them at once.
local report = dbos.retrieve_workflow("talk-report")
assert(json.encode(report:events()) == '{"progress":3}', json.encode(report:events()))
assert(json.encode(report:streams()) == json.encode{numbers = values}, json.encode(report:streams()))
local messages = dbos.retrieve_workflow("talk-held-text"):messages()
assert(#messages == 1 and messages[1].message == "ü 🚀" and messages[1].topic == "release", json.encode(messages))

emit{done = "talk"}
