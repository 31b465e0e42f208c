-- The end of a bulk run.
for i = 1, 3 do dbos.enqueue("bulk", "wf", i, {workflow_id = "watched-" .. i}) end
local bulk = dbos.bulk({workflow_id_prefix = "watched-"})
local run = bulk:cancel()
local ended = bulk:watch {timeout = "1s"}
print(ended.reached, ended.followed, ended.cancelled, #ended.failed_ids)
print(dbos.watch_bulk(run).cancelled)
