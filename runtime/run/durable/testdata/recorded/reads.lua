-- Calls that read the database of the run.
local function show(...) print(json.encode{...}) end
dbos.enqueue_many("orders", "process", {{order = 1}, {order = 2}, {order = 3}}, {workflow_ids = {"w1", "w2", "w3"}})
dbos.create_schedule{schedule_name = "s", workflow_name = "process", schedule = "0 * * * *"}
dbos.register_queue{name = "mails", concurrency = 10}
local h = dbos.retrieve_workflow("w1")
print(h:get_status().status, h:get_status().priority, h:get_status().created_at)
for wf in dbos.workflows{load_input = true, name = "process"} do show(wf.id, wf.name, wf.input, wf.queue_name, wf.output) print(wf) end
for ids in dbos.batches({queue_name = "orders"}, 2) do show(ids) end
for _, wf in ipairs(dbos.list_workflows{sort_desc = true, load_output = true}) do show(wf) end
print(dbos.count{status = "ENQUEUED"}, dbos.explain("w2").status, dbos.explain("w2").reasons[1])
print(pcall(h.get_result, h, {timeout = "1ms"}))
print(pcall(dbos.retrieve_workflow, "none"))
show(h:messages(), h:events(), h:streams(), dbos.get_workflow_steps("w1"))
print(pcall(dbos.get_event, "w1", "progress", 0))
show(dbos.get_workflow_aggregates{group_by = {"status"}}, dbos.get_step_aggregates{group_by = "function_name", select = {"count"}})
show(dbos.list_schedules()[1].schedule_name, dbos.get_schedule("s").schedule, #dbos.plan_backfill("s", "2026-11-01T00:30:00Z", "2026-11-01T02:30:00Z"))
show(#dbos.list_queues(), dbos.get_queue("mails").concurrency, #dbos.list_application_versions())
print(pcall(dbos.get_latest_application_version))
show(#dbos.executors{}, #dbos.orphans{}, #dbos.failures{}, #dbos.plan_prune{older_than = "1d"}.groups)
print(dbos.wait({h}, {timeout = "1ms", partial = true})[1].status)
local lines, closed = dbos.read_stream("w1", "log", {snapshot = true})
print(#lines, closed)
for line in dbos.read_stream_async("w1", "log", {snapshot = true}) do show(line) end
