-- A durable run beside applications: it has the Go application run a workflow, and waits for it.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Have the Go application run a workflow, and wait for it",
  id = {type = "string", required = true, doc = "the id of that workflow"},
}

dbos.enqueue("go-queue", "same", {from = p.id}, {application_name = "goapp", workflow_id = p.id, sdk = "go"})
assert(dbos.retrieve_workflow(p.id):get_result{timeout = 60}.from == p.id)
