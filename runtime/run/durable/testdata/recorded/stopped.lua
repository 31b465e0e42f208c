-- A script that is stopped before its end, because it may change only two workflows.
for i = 1, 3 do dbos.enqueue("orders", "process", {i}, {workflow_id = "w" .. i}) end
