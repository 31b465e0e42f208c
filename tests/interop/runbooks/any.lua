-- What the runbooks for an application of any SDK share.
local dbos = require "dbos"
local json = require "json"
local time = require "time"

local any = {soon = {timeout = 20, polling_interval = 0.05}}

-- The parameters of such a runbook: the application's name, and the class of its workflows.
function any.declare(summary)
  return require("args").declare {
    summary = summary,
    app = {type = "string", default = "", doc = "the application's name, if rows can have one"},
    class = {type = "string", default = "", doc = "the class of its workflows, if they have one"},
    language = {type = "string", default = "", doc = "its SDK's language"},
    settle = {type = "duration", default = "0s", doc = "the time that a run needs to notice that it is cancelled"},
  }
end

-- A function that enqueues on a queue, "ordinary" if the options name none, with ids that start with a prefix.
function any.starter(p, prefix)
  return function(id, workflow, input, options)
    options = options or {}
    local queue = options.queue or "ordinary"
    options.queue, options.workflow_id, options.class_name = nil, prefix .. "-" .. id, p.class ~= "" and p.class or nil
    return dbos.enqueue(queue, workflow, input, options)
  end
end

-- Registers a queue of the application.
function any.queue(p, queue)
  queue.polling_interval, queue.application_name = 0.2, p.app ~= "" and p.app or nil
  dbos.register_queue(queue)
end

-- Registers a queue of the application that runs one workflow of a partition at a time. Applications of newer SDKs heed
-- limits of partitions alone, and older tables have none.
function any.parted(p, name)
  local ok, err = pcall(any.queue, p, {name = name, partition_concurrency = 1})
  if ok then return end
  assert(err.code == "Unsupported", tostring(err))
  any.queue(p, {name = name, concurrency = 1, partition_queue = true})
end

-- Looks until a condition holds, for at most twenty seconds.
function any.await(what, holds)
  for _ = 1, 400 do
    if holds() then return end
    time.sleep(0.05)
  end
  error(what .. ": not within twenty seconds")
end

function any.status(id) return dbos.retrieve_workflow(id):get_status().status end

function any.become(id, status)
  any.await(id .. " is " .. status, function() return any.status(id) == status end)
end

function any.equal(want, got)
  assert(json.encode(want) == json.encode(got), json.encode(want) .. " is wanted, not " .. json.encode(got))
end

-- The number of a workflow's first step of a name.
function any.step(id, name)
  for _, step in ipairs(dbos.get_workflow_steps(id)) do
    if step.step_name == name then return step.step_id end
  end
  error(id .. " has no step " .. name)
end

return any
