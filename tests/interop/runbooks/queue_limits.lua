-- Queues that a script registers and changes while an application runs: the application follows.
local dbos = require "dbos"
local args = require "args"
local time = require "time"

local p = args.declare {
  summary = "Register and change queues of a running application",
  app = {type = "string", required = true, doc = "the application"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function running(queue) return #dbos.list_workflows{queue_name = queue, status = "PENDING"} end

local function become(queue, count)
  local deadline = time.now() + 20
  while running(queue) ~= count do
    assert(time.now() < deadline, ("%d workflows of %s run, not %d"):format(running(queue), queue, count))
    time.sleep(0.1)
  end
end

-- It takes as many at once as the queue allows, and more as soon as the queue allows more.
dbos.register_queue{name = "ours", concurrency = 1, polling_interval = 0.2, application_name = p.app}
local handles = {}
for i = 1, 3 do handles[i] = dbos.enqueue("ours", "hold", "", {workflow_id = "limit-" .. i}) end
become("ours", 1)
time.sleep(1.5)
assert(running("ours") == 1, "the limit does not hold")
dbos.update_queue("ours", {concurrency = 2})
become("ours", 2)
dbos.update_queue("ours", {clear = {"concurrency"}})
become("ours", 3)
for i = 1, 3 do dbos.send("limit-" .. i, i, "release") end
for i, handle in ipairs(handles) do assert(handle:get_result(soon) == i) end

-- Each partition has a limit of its own.
dbos.register_queue{name = "parted", partition_concurrency = 1, polling_interval = 0.2, application_name = p.app}
for i = 1, 4 do
  handles[i] = dbos.enqueue("parted", "hold", "", {workflow_id = "part-" .. i, queue_partition_key = i % 2 == 0 and "even" or "odd"})
end
become("parted", 2)
for i = 1, 4 do dbos.send("part-" .. i, i, "release") end
for i = 1, 4 do assert(handles[i]:get_result(soon) == i) end

-- A queue of another application is none of its business, and a deleted one strands what waits on it.
dbos.register_queue{name = "elsewhere", application_name = "elsewhere", polling_interval = 0.2}
dbos.enqueue("elsewhere", "same", 1, {workflow_id = "elsewhere", application_name = "elsewhere"})
assert(dbos.delete_queue("ours") == 0)
time.sleep(1.5)
local stranded = dbos.enqueue("ours", "same", "late", {workflow_id = "stranded", application_name = p.app})
time.sleep(1.5)
assert(stranded:get_status().status == "ENQUEUED" and dbos.list_workflows{workflow_ids = "elsewhere"}[1].status == "ENQUEUED")
dbos.register_queue{name = "ours", polling_interval = 0.2, application_name = p.app}
assert(stranded:get_result(soon) == "late")
assert(dbos.delete_queue("elsewhere") == 1)

emit{done = "queue_limits"}
