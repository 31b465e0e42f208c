-- Enqueues that would wait for ever: a warning on standard error each, or an error when strict.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Enqueue onto names, queues, partitions and versions that the database does not know",
  prefix = {type = "string", default = "guard", doc = "what the workflow ids start with"},
  refuse = {type = "boolean", default = false, doc = "give strict = true with each enqueue"},
}

local mistakes = {
  name = {"ordinary", "ecko"},
  queue = {"ordinry", "echo"},
  class = {"ordinary", "total", {class_name = "Order"}},
  partition = {"partitioned", "echo"},
  version = {"ordinary", "echo", {application_version = "v2"}},
}

local function enqueue(what, mistake, attempt)
  local opts = {workflow_id = p.prefix .. "-" .. what .. attempt}
  for key, value in pairs(mistake[3] or {}) do opts[key] = value end
  if p.refuse then opts.strict = true end
  return pcall(dbos.enqueue, mistake[1], mistake[2], dbos.portable_args{positional = {1}}, opts)
end

-- Twice each: what has been said is not said again, and what is refused stays refused.
for attempt = 1, 2 do
  for what, mistake in pairs(mistakes) do
    local ok, outcome = enqueue(what, mistake, attempt)
    if ok then
      emit{mistake = what, workflow_id = outcome.workflow_id}
      dbos.cancel_workflow(outcome.workflow_id)
    else
      emit{mistake = what, code = outcome.code, message = outcome.message}
    end
  end
end

-- Names that the database knows are accepted without a warning.
dbos.enqueue("ordinary", "echo", dbos.portable_args{}, {strict = true, application_version = "v1"})
dbos.enqueue("ordinary", "total", dbos.portable_args{positional = {1}}, {strict = true, class_name = "Orders"})
dbos.enqueue("partitioned", "echo", dbos.portable_args{}, {strict = true, queue_partition_key = p.prefix})
