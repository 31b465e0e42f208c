-- Reads what the application started itself: every kind of value, error and step.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Read workflows that a TypeScript application wrote in its own serialisation",
  prefix = {type = "string", default = "theirs", doc = "what the ids of the application's workflows start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function id(name) return p.prefix .. "-" .. name end

local function record(name)
  return dbos.list_workflows{workflow_ids = id(name), load_input = true, load_output = true}[1]
end

-- Dates, big integers, maps, sets, undefined: all there, as Lua has them.
local kinds = dbos.retrieve_workflow(id("kinds")):get_result(soon)
assert(tostring(kinds.at) == "2026-01-02T03:04:05.678Z" and kinds.at:unix_ms() == 1767323045678)
assert(tostring(kinds.big) == "1180591620717411303424" and json.encode{n = kinds.big} == '{"n":1180591620717411303424}')
assert(kinds.map.a == 1 and kinds.map.b.deep:unix() == 0)
assert(#kinds.set == 2 and kinds.set[1] == "x" and kinds.set[2] == "y")
assert(kinds.none == json.null and json.encode(kinds.empty) == "[]" and json.encode(kinds.object) == "{}")
assert(kinds.nested.list[2][2][2] == json.null and kinds.nested.text == 'ünïcode \226\128\168 "quoted"')
assert(kinds.exact == 9007199254740991 and kinds.fraction == 0.1)

-- Native arguments and results, in a list.
local echo = record("echo")
assert(echo.serialization == "js_superjson" and json.encode(echo.input) == '[1,{"a":[true,null]},"x"]', json.encode(echo.input))
assert(echo.output.count == 3 and echo.queue_name == nil and echo.executor_id == "peer-1")
local queued = record("queued")
assert(queued.queue_name == "ordinary" and queued.priority == 7 and queued.output == 3)
local portable = record("portable")
assert(portable.serialization == "portable_json" and portable.output == 3)
assert(record("nothing").output == nil and record("nothing").status == "SUCCESS")
assert(record("shop").class_name == "Shop" and record("shop").config_name == "north" and record("shop").output == "north greets you")

-- Errors: native, portable, and of a step that was tried too often.
for _, name in ipairs{"broken", "broken-portable"} do
  local handle = dbos.retrieve_workflow(id(name))
  local ok, err = pcall(handle.get_result, handle, soon)
  assert(not ok and err.code == "WorkflowFailed" and err.cause.name == "RangeError" and err.cause.message == "oh dear", tostring(err))
  assert(record(name).error.message == "oh dear")
end
local hopeless = dbos.get_workflow_steps(id("hopeless"))
assert(#hopeless == 1 and hopeless[1].error.message:find("maximum of 4 retries", 1, true))

-- Steps, with what they gave.
local steps = dbos.get_workflow_steps(id("journey"), {load_output = true})
assert(#steps == 4)
for i, step in ipairs(steps) do
  assert(step.step_id == i - 1 and step.step_name == "stop" .. (i - 1))
  assert(step.output.stop == i - 1 and step.output.by == id("journey") and step.completed_at >= step.started_at)
end
assert(#dbos.get_workflow_steps(id("journey"), {limit = 2, offset = 1}) == 2)

-- Events and streams in the application's own serialisation.
assert(dbos.get_event(id("announce"), "progress", 5).step == 2 and dbos.get_event(id("announce"), "done", 5).count == 2)
local values, closed = dbos.read_stream(id("stream"), "numbers")
assert(table.concat(values, " ") == "0 1 2" and closed)

-- What it started names its parent; versions are known.
assert(#dbos.list_workflows{parent_workflow_id = id("parent")} == 2 and #dbos.list_workflows{workflow_id_prefix = p.prefix .. "-", has_parent = true} == 2)
assert(dbos.get_latest_application_version().version_name == "v1" and #dbos.list_application_versions() == 1)

-- The iterator gives each row once.
local count, ids = 0, {}
for wf in dbos.workflows{workflow_id_prefix = p.prefix .. "-"} do
  assert(not ids[wf.id])
  ids[wf.id], count = true, count + 1
end
assert(count == #dbos.list_workflows{workflow_id_prefix = p.prefix .. "-"})

emit{done = "theirs", count = count}
