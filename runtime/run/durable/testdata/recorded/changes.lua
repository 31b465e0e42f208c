-- Calls that change the database of the run.
for _, name in ipairs{"orders", "slow"} do dbos.register_queue{name = name} end
local one = dbos.enqueue("orders", "process", {order = 1, sum = 1.5, list = {}}, {workflow_id = "w1", priority = 3})
local many = dbos.enqueue_many("orders", "process", {{order = 2}, {order = 3}, {order = 4}}, {workflow_ids = {"w2", "w3", "w4"}})
print(one.workflow_id, many.changed, #many, many[2].workflow_id, tostring(many.outcomes[1]))
print(dbos.set_priority("w1", 7), dbos.hold{"w2"}, dbos.release{"w2"}, dbos.move_queue("w3", "slow"), dbos.move_version("w3", "v2"))
dbos.set_workflow_attributes("w1", {team = "ops"})
print(dbos.set_workflows_attributes({"w2"}, {team = "ops"}), dbos.set_workflow_delays({"w4"}, {delay = "1h"}))
dbos.set_workflow_delay("w4", {delay = "2h"})
dbos.cancel_workflow("w1")
print(dbos.cancel_workflows{"w2", "none"}.changed, dbos.resume_workflow("w1").workflow_id, dbos.resume_workflows({"w2", "none"}).changed)
local ok, e = pcall(dbos.cancel_workflow, "none")
print(ok, e, e.code, e.hint, e.workflow_id, e.where)
print(pcall(dbos.resume_workflows, {"w1"}, {queue_nam = "x"}))
dbos.cancel_workflow("w1")
local fork = dbos.fork_workflow{original_workflow_id = "w1", forked_workflow_id = "f1"}
print(fork.workflow_id, dbos.fork_workflows{{original_workflow_id = "w2", forked_workflow_id = "f2"}}.changed)
dbos.cancel_workflows{"w1", "w2"}
print(dbos.rewind_workflow("w1").workflow_id, dbos.rewind_workflows{"w2"}.changed, dbos.rerun_workflows{"w3"}.unchanged)
dbos.send("w2", {text = "hello"}, "news")
dbos.send_many{{destination_id = "w2", message = {1, 2.5, "x"}, topic = "news"}, {destination_id = "w3", message = true}}
print(dbos.debouncer("process", {queue_name = "orders"}):debounce("k", 10, {order = 5}).workflow_id ~= nil)
dbos.create_schedule{schedule_name = "s", workflow_name = "process", schedule = "0 * * * *", context = {region = "eu"}}
dbos.apply_schedules{{schedule_name = "t", workflow_name = "process", schedule = "@hourly"}}
dbos.pause_schedule("s")
dbos.resume_schedule("s")
print(dbos.trigger_schedule("s").workflow_id ~= nil, #dbos.backfill_schedule("s", "2026-11-01T00:30:00Z", "2026-11-01T02:30:00Z"))
dbos.delete_schedule("t")
print(dbos.register_queue{name = "mails", concurrency = 10, rate_limit = {limit = 100, period = "1m"}}.concurrency)
print(dbos.update_queue("mails", {worker_concurrency = 3}).worker_concurrency, dbos.pause_queue("mails").paused, dbos.resume_queue("mails").paused)
dbos.register_queue{name = "tills", application_name = "shop"}
print(dbos.delete_queue("mails"), dbos.rename_application{old_name = "shop", new_name = "store"}.workflows)
print(dbos.recover({"w1"}).changed, dbos.delete_workflows{"w3"})
dbos.cancel_workflows{"f1", "f2"}
local pruned = dbos.prune{keep = 1, batch_size = 1, where = {name = "process"}}
print(pruned.deleted, pruned.batches)
