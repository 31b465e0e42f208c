-- A script that ends with an error.
local helper = require("helper")
dbos.enqueue("orders", "process", {helper.order()}, {workflow_id = "w1"})
error("this is the end")
