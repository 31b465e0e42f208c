-- One key, debounced from two sides: the test asks the application to debounce between two runs of this book.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Debounce a key once, and say which workflow holds it",
  workflow = {type = "string", default = "echo", doc = "the workflow"},
  class = {type = "string", default = "", doc = "the workflow's class"},
  key = {type = "string", default = "key", doc = "the debounce key"},
  value = {type = "string", default = "ours", doc = "the input"},
  delay = {type = "number", default = 0.3, doc = "seconds until it runs"},
  wait = {type = "boolean", default = false, doc = "wait for the result"},
}

local d = dbos.debouncer(p.workflow, {timeout = 60, class_name = p.class ~= "" and p.class or nil})
local handle = d:debounce(p.key, p.delay, dbos.portable_args{positional = {p.value}})
local out = {workflow_id = handle.workflow_id}
if p.wait then
  out.result = handle:get_result{timeout = 20, polling_interval = 0.05}
end
local wf = handle:get_status()
out.status = wf.status
out.debounced = wf.is_debounced
emit(out)
