-- A script that ends with an exit code of its own.
dbos.enqueue("orders", "process", {1}, {workflow_id = "w1"})
exit("partial", "some are left")
