-- Bulk runs: their changes, their outcomes, and their list.
for i = 1, 5 do dbos.enqueue("bulk", "wf", i, {workflow_id = "bulk-" .. i}) end
local run = dbos.bulk({workflow_id_prefix = "bulk-"}, {id = "storm", batch_size = 2}):cancel()
print(run, run.id, run.state, run.total, run.changed)
for change in dbos.bulk_outcomes(run) do print(change.id, change.outcome) end
for _, each in ipairs(dbos.list_bulks()) do print(each.id, each.state, each.done) end
local again = dbos.bulk({"bulk-1", "none"}, {id = "again"}):resume {queue_name = "slow"}
print(again, again.unknown)
print(dbos.get_bulk("storm"), dbos.pause_bulk("storm").state, dbos.continue_bulk("again").state)
print(pcall(dbos.get_bulk, "nope"))
