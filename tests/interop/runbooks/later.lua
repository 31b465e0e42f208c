-- What only later schemas have: found by its filter where the column exists, refused with its name where not.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Use one capability that depends on a column, and say what became of it",
  capability = {type = "string", default = "attributes", doc = "which one", values = {"attributes", "schedule_name", "application_name", "debounce"}},
  value = {type = "string", default = "", doc = "what to look for"},
}

local use = {
  attributes = function() return dbos.list_workflows{attributes = {customer = p.value}} end,
  schedule_name = function() return dbos.list_workflows{schedule_name = p.value} end,
  application_name = function() return dbos.list_workflows{application_name = "peer", workflow_id_prefix = p.value} end,
  debounce = function() return {dbos.debouncer("echo"):debounce(p.value, 0.1, dbos.portable_args{positional = {1}})} end,
}

local ok, found = pcall(use[p.capability])
if ok then
  emit{count = #found}
else
  emit{code = found.code, message = found.message}
end
