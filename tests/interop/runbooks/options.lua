-- Every option of an enqueue, against the application that must obey it.
local dbos = require "dbos"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Check delay, deduplication, priority, partitions, rate limits, timeouts and versions",
  prefix = {type = "string", default = "options", doc = "what the workflow ids start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function id(name) return p.prefix .. "-" .. name end

local function enqueue(queue, name, workflow, positional, opts)
  opts = opts or {}
  opts.workflow_id = id(name)
  return dbos.enqueue(queue, workflow, dbos.portable_args{positional = positional}, opts)
end

local function status(name) return dbos.retrieve_workflow(id(name)):get_status() end

-- Looks until the workflow has the state, for at most ten seconds.
local function await(name, state)
  for _ = 1, 200 do
    if status(name).status == state then return end
    time.sleep(0.05)
  end
  error(id(name) .. " is " .. status(name).status .. ", not " .. state)
end

local function release(name) dbos.send(id(name), "go", "release") end

-- A delay holds the workflow back for as long as it says; a longer one for longer, and one that is over lets it go.
local short = enqueue("ordinary", "short", "echo", {}, {delay = "1s"})
enqueue("ordinary", "late", "echo", {}, {delay = "10m"})
assert(status("late").status == "DELAYED" and status("late").delay_until > time.now() + "9m")
dbos.set_workflow_delay(id("late"), {delay = "20m"})
assert(status("late").delay_until > time.now() + "19m" and status("late").status == "DELAYED")
dbos.set_workflow_delay(id("late"), {delay_until = time.now()})
assert(dbos.retrieve_workflow(id("late")):get_result(soon).count == 0)
assert(short:get_result(soon).count == 0 and status("short").started_at - status("short").created_at >= 1)

-- A deduplication id is taken from the enqueue to the end of the run.
local holder = enqueue("ordinary", "holder", "hold", {}, {deduplication_id = id("only")})
local ok, err = pcall(enqueue, "ordinary", "second", "hold", {}, {deduplication_id = id("only")})
assert(not ok and err.code == "QueueDeduplicated", tostring(err))
assert(err.queue_name == "ordinary" and err.deduplication_id == id("only"))
local same = enqueue("ordinary", "third", "hold", {}, {deduplication_id = id("only"), deduplication_policy = "return_existing"})
assert(same.workflow_id == id("holder"))
await("holder", "PENDING")
ok, err = pcall(enqueue, "ordinary", "fourth", "hold", {}, {deduplication_id = id("only")})
assert(not ok and err.code == "QueueDeduplicated")
release("holder")
assert(holder:get_result(soon) == "go")
assert(enqueue("ordinary", "fifth", "echo", {}, {deduplication_id = id("only")}):get_result(soon).count == 0)

-- Low numbers run first, and none at all before any number.
enqueue("serial", "first", "hold", {})
await("first", "PENDING")
local marks = {}
for _, priority in ipairs{5, 1, 0, 3} do
  marks[priority] = enqueue("serial", "p" .. priority, "mark", {"p" .. priority}, {priority = priority})
end
release("first")
local order = {}
for priority, handle in pairs(marks) do order[priority] = handle:get_result(soon) end
assert(order[0] < order[1] and order[1] < order[3] and order[3] < order[5])

-- A partition runs one at a time, another partition beside it.
enqueue("partitioned", "a1", "hold", {}, {queue_partition_key = id("a")})
await("a1", "PENDING")
enqueue("partitioned", "a2", "hold", {}, {queue_partition_key = id("a")})
enqueue("partitioned", "b1", "hold", {}, {queue_partition_key = id("b")})
await("b1", "PENDING")
assert(status("a2").status == "ENQUEUED" and status("a2").queue_partition_key == id("a"))
release("a1")
await("a2", "PENDING")
release("a2")
release("b1")
await("a2", "SUCCESS")
await("b1", "SUCCESS")

-- Under a limit of two in two seconds the third start comes a period after the first, and the fifth one after the third.
local limited = {}
for i = 1, 5 do limited[i] = enqueue("limited", "limited" .. i, "echo", {i}) end
for _, handle in ipairs(limited) do handle:get_result(soon) end
local starts = {}
for i = 1, 5 do starts[i] = status("limited" .. i).started_at:unix_ms() end
table.sort(starts)
assert(starts[3] - starts[1] >= 1900 and starts[5] - starts[3] >= 1900, table.concat(starts, " "))

-- A timeout counts from the dequeue and cancels.
local sleeper = enqueue("ordinary", "sleeper", "sleeper", {60}, {timeout = 0.5})
ok, err = pcall(sleeper.get_result, sleeper, soon)
assert(not ok and err.code == "AwaitedWorkflowCancelled", tostring(err))
local slept = status("sleeper")
assert(slept.timeout == 0.5 and slept.deadline ~= nil and slept.status == "CANCELLED")

-- It runs for the user it is given.
local user = {authenticated_user = "ann", assumed_role = "admin", authenticated_roles = {"admin", "buyer"}}
local known = enqueue("ordinary", "user", "whoami", {}, user):get_result(soon)
assert(known.user == "ann" and known.role == "admin" and table.concat(known.roles, " ") == "admin buyer")
local listed = dbos.list_workflows{workflow_ids = id("user")}[1]
assert(listed.authenticated_user == "ann" and listed.authenticated_roles[2] == "buyer")

-- A version runs where that version runs; one that nobody has, waits.
local mine = enqueue("ordinary", "pinned", "whoami", {}, {application_version = "v1"}):get_result(soon)
assert(mine.version == "v1" and mine.id == id("pinned"))
enqueue("ordinary", "stranded", "whoami", {}, {application_version = "v-unknown"})
enqueue("ordinary", "after", "echo", {}):get_result(soon)
assert(status("stranded").status == "ENQUEUED")
dbos.cancel_workflow(id("stranded"))

-- The one who enqueues may insist on a new id, say whose the workflow is, and add data to find it by, if the tables can.
ok, err = pcall(enqueue, "ordinary", "after", "echo", {}, {workflow_id_reuse_policy = "reject"})
assert(not ok and err.code == "WorkflowIDInUse" and err.workflow_id == id("after"), tostring(err))
local function supported(...)
  local done, failure = pcall(...)
  assert(done or failure.code == "Unsupported", tostring(failure))
  return done
end
if supported(enqueue, "ordinary", "owned", "echo", {}, {application_name = listed.application_name or "any"}) then
  assert(dbos.retrieve_workflow(id("owned")):get_result(soon).count == 0)
end
if supported(enqueue, "ordinary", "marked", "echo", {}, {attributes = {customer = id("acme")}}) then
  assert(dbos.retrieve_workflow(id("marked")):get_result(soon).count == 0)
  assert(dbos.list_workflows{attributes = {customer = id("acme")}}[1].id == id("marked"))
end

-- A plain input is the one argument of an application whose SDK the call names.
local plain = dbos.enqueue("ordinary", "echo", {order = 1}, {workflow_id = id("plain"), sdk = "typescript"}):get_result(soon)
assert(plain.count == 1 and plain.args[1].order == 1)

emit{done = "options"}
