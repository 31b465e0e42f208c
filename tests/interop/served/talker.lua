-- A workflow that applications start: it publishes an event, gets a message, and has the application run a workflow.
workflow.declare {name = "talker", queue = "lua"}

local input = workflow.input()
if input.refuse then error(input.refuse) end

durable.set_event("ready", {for_order = input.order})
local told = durable.recv("go", "1m")
local child = dbos.enqueue(input.queue, "same", {told = told, list = {1, "two"}},
  {application_name = input.app, class_name = input.class, workflow_id = workflow.id() .. "-child"})
return {order = input.order, told = told, child = child:get_result {timeout = 30}, ratio = 0.5, yes = true}
