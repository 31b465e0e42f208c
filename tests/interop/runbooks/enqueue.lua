-- Enqueues a workflow of every kind on a real application and checks what comes back as plain Lua values.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Enqueue workflows of every kind, and check their results, errors, records and steps",
  prefix = {type = "string", default = "enqueue", doc = "what the workflow ids start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function id(name) return p.prefix .. "-" .. name end

local function enqueue(name, workflow, input, opts)
  opts = opts or {}
  opts.workflow_id = id(name)
  return dbos.enqueue("ordinary", workflow, dbos.portable_args(input), opts)
end

local function result(...) return enqueue(...):get_result(soon) end

local function record(name)
  return dbos.list_workflows{workflow_ids = {id(name)}, load_input = true, load_output = true}[1]
end

-- Workflows that are registered as portable end in this.
local kinds = {"", "Portable"}

-- Arguments arrive as they were given, in their order.
assert(result("add", "add", {positional = {2, 3}}) == 5)
assert(result("add-portable", "addPortable", {positional = {2.5, -3}}) == -0.5)
for _, kind in ipairs(kinds) do
  local echoed = result("echo" .. kind, "echo" .. kind, {positional = {1, "two", true, json.null, json.array{}, {deep = {1, {2}}}}})
  assert(echoed.count == 6)
  assert(json.encode(echoed.args) == '[1,"two",true,null,[],{"deep":[1,[2]]}]', json.encode(echoed.args))
  assert(result("none" .. kind, "echo" .. kind, {}).count == 0)
end

-- TypeScript has no named arguments: it runs with the positional ones, and the row keeps both.
local named = result("named", "echo", {positional = {"first"}, named = {colour = "red"}})
assert(named.count == 1 and named.args[1] == "first")
assert(json.encode(record("named").input):find('"colour":"red"', 1, true))

-- Methods of a class, and of a configured instance.
assert(result("class", "total", {positional = {1, 2, 3}}, {class_name = "Orders"}) == 6)
assert(result("instance", "greet", {positional = {"you"}}, {class_name = "Shop", config_name = "south"}) == "south greets you")

-- Nothing as a result is nothing.
for _, kind in ipairs(kinds) do assert(result("nothing" .. kind, "nothing" .. kind, {}) == nil) end

-- The record of a finished workflow.
local wf = record("add")
assert(wf.status == "SUCCESS" and wf.name == "add" and wf.queue_name == "ordinary")
assert(wf.output == 5 and wf.error == nil and wf.class_name == nil and wf.serialization == "portable_json")
assert(wf.application_version == "v1" and wf.executor_id == "peer-1" and wf.attempts == 1)
-- created_at is the clock of this machine. From 5.x on started_at is that of the database, as of the begin of the
-- transaction that dequeues, which may be from before the workflow was written: the two have no order to the millisecond.
assert(wf.created_at - "5s" <= wf.started_at and wf.started_at <= wf.completed_at, json.encode(wf))
assert(record("class").class_name == "Orders" and record("instance").config_name == "south")

-- A failure is raised, with the application's own error in it; the steps before it are there.
for _, kind in ipairs(kinds) do
  local name = "broken" .. kind
  local ok, err = pcall(result, name, name, {positional = {"no such luck"}})
  assert(not ok and err.code == "WorkflowFailed" and err.workflow_id == id(name), tostring(err))
  assert(err.cause.name == "RangeError" and err.cause.message == "no such luck")
  assert(record(name).status == "ERROR" and record(name).error.message == "no such luck")
  local steps = dbos.get_workflow_steps(id(name), {load_output = true})
  assert(#steps == 1 and steps[1].step_id == 0 and steps[1].step_name == "before" and steps[1].output == "before")
end

-- A step that fails twice is tried again; one that fails too often ends the workflow.
for _, kind in ipairs(kinds) do
  local name = "flaky" .. kind
  assert(result(name, name, {positional = {2}}) == 3)
  local flaky = dbos.get_workflow_steps(id(name), {load_output = true})
  assert(#flaky == 1 and flaky[1].step_name == "failAtFirst" and flaky[1].output == 3 and flaky[1].error == nil)
  local ok, err = pcall(result, "hopeless" .. kind, name, {positional = {9}})
  assert(not ok and err.cause.message:find("maximum of 4 retries", 1, true))
end

-- A step's error is a value too, in a workflow that goes on.
assert(result("tolerant", "tolerant", {positional = {"small trouble"}}) == "caught small trouble")
assert(dbos.get_workflow_steps(id("tolerant"))[1].error.message == "small trouble")

-- Children: the steps name them, and they name their parent.
local family = result("parent", "parent", {positional = {1, 2}})
assert(family.sum == 3 and family.double == 4)
local children = dbos.list_workflows{parent_workflow_id = id("parent")}
assert(#children == 2 and children[1].parent_workflow_id == id("parent"))
local started = {}
for _, step in ipairs(dbos.get_workflow_steps(id("parent"))) do
  if step.child_workflow_id then started[step.child_workflow_id] = true end
end
assert(started[family.children[1]] and started[family.children[2]])

-- The same id again is the same workflow, with its first input and result.
assert(result("add", "add", {positional = {40, 2}}) == 5)

-- Many at once, one result each, in their order.
local inputs = {}
for i = 1, 10 do inputs[i] = dbos.portable_args{positional = {i, i}} end
local handles = dbos.enqueue_many("ordinary", "add", inputs)
for i, handle in ipairs(handles) do assert(handle:get_result(soon) == 2 * i) end
local ids = {workflow_ids = {id("m1"), id("m2")}, deduplication_ids = {id("d1"), id("d2")}}
handles = dbos.enqueue_many("ordinary", "hold", {dbos.portable_args{}, dbos.portable_args{}}, ids)
local ok, err = pcall(dbos.enqueue, "ordinary", "hold", dbos.portable_args{}, {deduplication_id = id("d2")})
assert(not ok and err.code == "QueueDeduplicated", tostring(err))
for i, handle in ipairs(handles) do
  assert(handle.workflow_id == ids.workflow_ids[i])
  dbos.send(handle.workflow_id, i, "release")
  assert(handle:get_result(soon) == i)
end

emit{done = "enqueue"}
