-- Every option of an enqueue, against an application of any SDK that must obey it.
local dbos = require "dbos"
local time = require "time"
local any = require "any"

local p = any.declare "Check delay, deduplication, priority, partitions, rate limits, timeouts, versions and users"
local soon, enqueue, become = any.soon, any.starter(p, "options"), any.become
local function id(name) return "options-" .. name end
local function release(name) dbos.send(id(name), "go", "release") end

any.queue(p, {name = "one-by-one", concurrency = 1, priority_enabled = true})
any.parted(p, "parted")
any.queue(p, {name = "slowly", rate_limit = {limit = 2, period = "2s"}})

-- A delay holds the workflow back for as long as it says; a longer one for longer, and one that is over lets it go.
local began = time.now()
local short = enqueue("short", "same", 1, {delay = "1s"})
local late = enqueue("late", "same", 2, {delay = "10m"})
dbos.set_workflow_delay(id("late"), {delay = "20m"})
assert(late:get_status().status == "DELAYED" and late:get_status().delay_until > time.now() + "19m")
dbos.set_workflow_delay(id("late"), {delay_until = time.now()})
assert(short:get_result(soon) == 1 and time.now() - began >= 1)
assert(late:get_result(soon) == 2)

-- A deduplication id is taken from the enqueue to the end of the run.
local holder = enqueue("holder", "hold", "", {deduplication_id = id("only")})
local ok, err = pcall(enqueue, "second", "hold", "", {deduplication_id = id("only")})
assert(not ok and err.code == "QueueDeduplicated", tostring(err))
local same = enqueue("third", "hold", "", {deduplication_id = id("only"), deduplication_policy = "return_existing"})
assert(same.workflow_id == id("holder"))
become(id("holder"), "PENDING")
assert(not pcall(enqueue, "fourth", "hold", "", {deduplication_id = id("only")}))
release("holder")
assert(holder:get_result(soon) == "go")
assert(enqueue("fifth", "same", 5, {deduplication_id = id("only")}):get_result(soon) == 5)

-- Low numbers run first, and none at all before any number.
enqueue("first", "hold", "", {queue = "one-by-one"})
become(id("first"), "PENDING")
local marks = {}
for _, priority in ipairs{5, 1, 0, 3} do
  marks[priority] = enqueue("p" .. priority, "journey", 1, {queue = "one-by-one", priority = priority})
end
release("first")
local order = {}
for priority, handle in pairs(marks) do
  handle:get_result(soon)
  order[priority] = dbos.get_workflow_steps(handle.workflow_id)[1].completed_at
end
assert(order[0] < order[1] and order[1] < order[3] and order[3] < order[5], "not by priority")

-- A partition runs one at a time, another partition beside it.
local function part(name, key) return enqueue(name, "hold", "", {queue = "parted", queue_partition_key = key}) end
part("a1", "a")
become(id("a1"), "PENDING")
part("a2", "a")
part("b1", "b")
become(id("b1"), "PENDING")
assert(any.status(id("a2")) == "ENQUEUED")
release("a1")
become(id("a2"), "PENDING")
release("a2")
release("b1")
become(id("a2"), "SUCCESS")
become(id("b1"), "SUCCESS")

-- Under a limit of two in two seconds the third start comes a period after the first, and the fifth one after the third.
local limited, starts = {}, {}
for i = 1, 5 do limited[i] = enqueue("limited" .. i, "same", i, {queue = "slowly"}) end
for i, handle in ipairs(limited) do
  handle:get_result(soon)
  starts[i] = handle:get_status().started_at:unix_ms()
end
table.sort(starts)
assert(starts[3] - starts[1] >= 1900 and starts[5] - starts[3] >= 1900, table.concat(starts, " "))

-- A timeout counts from the dequeue and cancels.
local sleeper = enqueue("sleeper", "hold", "", {timeout = 0.5})
ok, err = pcall(sleeper.get_result, sleeper, soon)
assert(not ok and err.code == "AwaitedWorkflowCancelled", tostring(err))
assert(sleeper:get_status().timeout == 0.5 and sleeper:get_status().deadline ~= nil)

-- It runs for the user that it is given, and the row keeps the user.
enqueue("user", "same", 1, {authenticated_user = "ann", assumed_role = "admin", authenticated_roles = {"admin", "buyer"}}):get_result(soon)
local listed = dbos.list_workflows{workflow_ids = id("user")}[1]
assert(listed.authenticated_user == "ann" and listed.assumed_role == "admin" and listed.authenticated_roles[2] == "buyer")

-- A version runs where that version runs; one that nobody has, waits.
assert(enqueue("pinned", "same", 1, {application_version = "v1"}):get_result(soon) == 1)
enqueue("stranded", "same", 1, {application_version = "v-unknown"})
enqueue("after", "same", 1):get_result(soon)
assert(any.status(id("stranded")) == "ENQUEUED")
dbos.cancel_workflow(id("stranded"))

-- The one who enqueues may insist on a new id, and say for which SDK the input is.
ok, err = pcall(enqueue, "after", "same", 1, {workflow_id_reuse_policy = "reject"})
assert(not ok and err.code == "WorkflowIDInUse" and err.workflow_id == id("after"), tostring(err))
any.equal({order = 1}, enqueue("plain", "same", {order = 1}, {sdk = p.language}):get_result(soon))

-- Queues that are gone are no longer polled.
for _, name in ipairs{"one-by-one", "parted", "slowly"} do dbos.delete_queue(name) end

emit{done = "options"}
