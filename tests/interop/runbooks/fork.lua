-- Forks a finished workflow from each of its steps. Each step returns the id of the workflow that ran it, which shows the
-- steps that were copied.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Fork workflows from every step, with events and streams",
  prefix = {type = "string", default = "fork", doc = "what the workflow ids start with"},
  native = {type = "string", default = "", doc = "a finished journey of four stops that the application itself started"},
}

local soon = {timeout = 20, polling_interval = 0.05}
local stops = 4

local function id(name) return p.prefix .. "-" .. name end

local function check(original, forked, start)
  local visited = forked:get_result(soon)
  assert(#visited == stops)
  for i, stop in ipairs(visited) do
    local by = i <= start and original or forked.workflow_id
    assert(stop.stop == i - 1 and stop.by == by, json.encode(visited))
  end
  assert(#dbos.get_workflow_steps(forked.workflow_id) == stops)
  local wf = forked:get_status()
  assert(wf.forked_from == original and wf.name == dbos.retrieve_workflow(original):get_status().name)
end

local function fork_everywhere(original)
  local forks = {}
  for start = 0, stops + 1 do
    forks[start] = dbos.fork_workflow{original_workflow_id = original, start_step = start, queue_name = "ordinary"}
  end
  for start = 0, stops + 1 do check(original, forks[start], start) end
  assert(dbos.list_workflows{workflow_ids = original}[1].was_forked_from)
  assert(#dbos.list_workflows{forked_from = original} == stops + 2)
end

-- From each step of a workflow that we enqueued, and of a workflow that the application started itself.
local ours = dbos.enqueue("ordinary", "journey", dbos.portable_args{positional = {stops}}, {workflow_id = id("journey")})
ours:get_result(soon)
fork_everywhere(id("journey"))
if p.native ~= "" then fork_everywhere(p.native) end
local portable = dbos.enqueue("ordinary", "journeyPortable", dbos.portable_args{positional = {stops}}, {workflow_id = id("portable")})
portable:get_result(soon)
fork_everywhere(id("portable"))

-- With an id of our own, once; and without a queue, on the internal one.
local named = dbos.fork_workflow{original_workflow_id = id("journey"), forked_workflow_id = id("named"), start_step = 2}
check(id("journey"), named, 2)
assert(named.workflow_id == id("named"))
local ok, err = pcall(dbos.fork_workflow, {original_workflow_id = id("journey"), forked_workflow_id = id("named")})
assert(not ok and err.code == "ConflictingID", tostring(err))
ok, err = pcall(dbos.fork_workflow, {original_workflow_id = id("nobody")})
assert(not ok and err.code == "NonExistentWorkflow")

-- A workflow that failed runs on from the step that failed.
local broken = dbos.enqueue("ordinary", "broken", dbos.portable_args{positional = {"again"}}, {workflow_id = id("broken")})
assert(not pcall(broken.get_result, broken, soon))
local again = dbos.fork_workflow{original_workflow_id = id("broken"), start_step = 1, queue_name = "ordinary"}
ok, err = pcall(again.get_result, again, soon)
assert(not ok and err.cause.message == "again")

-- Events and streams are copied as they were before the step. No executor has the version of these forks, so they never
-- run and change them no more.
dbos.enqueue("ordinary", "announce", dbos.portable_args{positional = {{"one", "two", "three"}}}, {workflow_id = id("told")}):get_result(soon)
dbos.enqueue("ordinary", "stream", dbos.portable_args{positional = {3}}, {workflow_id = id("streamed")}):get_result(soon)
local told = dbos.fork_workflow{original_workflow_id = id("told"), start_step = 2, application_version = "v-unknown"}
local streamed = dbos.fork_workflow{original_workflow_id = id("streamed"), start_step = 2, application_version = "v-unknown"}
assert(dbos.get_event(told.workflow_id, "progress", 1) == "two")
assert(not pcall(dbos.get_event, told.workflow_id, "done", 0.1))
dbos.cancel_workflows{told.workflow_id, streamed.workflow_id}
local values = dbos.read_stream(streamed.workflow_id, "numbers")
assert(#values == 2 and values[1] == 0 and values[2] == 1)

emit{done = "fork"}
