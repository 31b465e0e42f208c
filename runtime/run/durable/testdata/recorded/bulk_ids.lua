-- A bulk run without an id: the id is recorded as a batch of the call.
for i = 1, 3 do dbos.enqueue("bulk", "wf", i, {workflow_id = "bulk-" .. i}) end
local run = dbos.bulk({workflow_id_prefix = "bulk-"}, {batch_size = 2}):cancel()
print(run, run.id ~= nil, dbos.get_bulk(run.id).done)
