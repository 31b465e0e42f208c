-- Queues that a script registers and changes while an application of any SDK runs: the application follows.
local dbos = require "dbos"
local time = require "time"
local any = require "any"

local p = any.declare "Register and change queues of a running application of any SDK"
local soon, enqueue = any.soon, any.starter(p, "queued")

local function running(queue) return #dbos.list_workflows{queue_name = queue, status = "PENDING"} end
local function become(queue, count)
  any.await(("%d workflows of %s run"):format(count, queue), function() return running(queue) == count end)
end

-- It takes as many at once as the queue allows, and more as soon as the queue allows more.
any.queue(p, {name = "ours", concurrency = 1})
local handles = {}
for i = 1, 3 do handles[i] = enqueue(i, "hold", "", {queue = "ours"}) end
become("ours", 1)
time.sleep(0.7)
assert(running("ours") == 1, "the limit does not hold")
dbos.update_queue("ours", {concurrency = 2})
become("ours", 2)
dbos.update_queue("ours", {clear = {"concurrency"}})
become("ours", 3)
for i, handle in ipairs(handles) do
  dbos.send(handle.workflow_id, i, "release")
  assert(handle:get_result(soon) == i)
end

-- Each partition has a limit of its own, where the tables have such limits.
local ok, err = pcall(any.queue, p, {name = "by-part", partition_concurrency = 1})
assert(ok or err.code == "Unsupported", tostring(err))
if ok then
  for i = 1, 4 do
    handles[i] = enqueue("part-" .. i, "hold", "", {queue = "by-part", queue_partition_key = i % 2 == 0 and "even" or "odd"})
  end
  become("by-part", 2)
  for i, handle in ipairs(handles) do dbos.send(handle.workflow_id, i, "release") end
  for i, handle in ipairs(handles) do assert(handle:get_result(soon) == i) end
end

-- A deleted queue strands what waits on it, until it is there again.
enqueue("left", "same", 1, {queue = "ours", delay = "1h"})
assert(dbos.delete_queue("ours") == 1)
dbos.cancel_workflow("queued-left")
if ok then dbos.delete_queue("by-part") end

emit{partitions = ok}
