local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

-- Each is refused alike on every database, before anything is stored.
local refused = {
  ["contains a NUL character"] = "a\0b",
  ["is not valid UTF%-8"] = "a\255b",
}

local function calls(bad)
  return {
    ["workflow_id"] = function() dbos.cancel_workflow(bad) end,
    ["workflow_id at 2"] = function() dbos.resume_workflows {"text-1", bad} end,
    ["workflow_id at 3"] = function() dbos.delete_workflows {"text-2", "text-3", bad} end,
    ["queue_name"] = function() dbos.enqueue(bad, "wf") end,
    ["name"] = function() dbos.enqueue("text", bad) end,
    ["deduplication_id"] = function() dbos.enqueue("text", "wf", 1, {deduplication_id = bad}) end,
    ["class_name"] = function() dbos.enqueue("text", "wf", 1, {class_name = bad}) end,
    ["topic"] = function() dbos.send("text-1", 1, bad) end,
    ["destination_id"] = function() dbos.send(bad, 1) end,
    ["key"] = function() dbos.get_event("text-1", bad, 0) end,
    ["application_version"] = function() dbos.enqueue("text", "wf", 1, {application_version = bad}) end,
    ["original_workflow_id"] = function() dbos.fork_workflow {original_workflow_id = bad} end,
  }
end

describe("a text argument", function()
  it("is valid UTF-8 without a NUL", function()
    dbos.enqueue("text", "wf", 1, {workflow_id = "text-1"})
    for problem, bad in pairs(refused) do
      for argument, call in pairs(calls(bad)) do
        local err = assert.raises("InvalidOption", call)
        assert.matches(argument .. " " .. problem, tostring(err))
      end
    end
    assert.equal(1, #dbos.list_workflows {queue_name = "text"})
  end)

  it("is not empty where an id is meant", function()
    for _, name in ipairs {"workflow_id", "deduplication_id", "application_version", "queue_partition_key"} do
      local err = assert.raises("InvalidArgument", dbos.enqueue, "text", "wf", 1, {[name] = ""})
      assert.matches(name .. "", tostring(err))
      assert.matches("is empty", tostring(err))
    end
    assert.raises("InvalidArgument", dbos.enqueue_many, "text", "wf", {1}, {workflow_id = ""})
    assert.raises("InvalidArgument", dbos.enqueue_many, "text", "wf", {1}, {workflow_ids = {""}})
    assert.raises("InvalidOption", dbos.cancel_workflow, "")
    assert.raises("InvalidOption", dbos.cancel_workflows, {"text-1", ""})
    assert.raises("InvalidOption", dbos.rerun_workflows, {"text-1", ""})
    assert.raises("InvalidArgument", dbos.resume_workflow, "text-1", {queue_name = ""})
    assert.raises("InvalidArgument", dbos.fork_workflow, {original_workflow_id = ""})
    assert.raises("InvalidOption", dbos.wait, {""})
    assert.raises("InvalidOption", dbos.get_event, "", "key", 0)
    assert.equal(1, #dbos.list_workflows {queue_name = "text"})
  end)

  it("is not empty in a filter, which would select every workflow", function()
    for _, name in ipairs {
      "workflow_ids", "workflow_id_prefix", "name", "app_version", "user", "queue_name", "executor_ids", "forked_from",
      "parent_workflow_id", "deduplication_id", "schedule_name", "application_name",
    } do
      for _, value in ipairs {"", {""}, {"text-1", ""}} do
        for what, call in pairs {
          list = function() return dbos.list_workflows {[name] = value} end,
          walk = function() for _ in dbos.workflows {[name] = value} do error("a workflow") end end,
          count = function() return dbos.get_workflow_aggregates {group_by = "status", [name] = value} end,
          rerun = function() return dbos.rerun_workflows {[name] = value, status = "ENQUEUED"} end,
        } do
          local err = assert.raises("InvalidArgument", call)
          assert.matches(name .. '.*is empty', tostring(err), what)
        end
      end
    end
    for _, name in ipairs {"function_name", "workflow_id_prefix", "application_name"} do
      assert.raises("InvalidArgument", dbos.get_step_aggregates, {group_by = "status", [name] = ""})
    end
    for _, name in ipairs {"workflow_name", "schedule_name", "schedule_name_prefix", "application_name", "schedule_names", "application_names"} do
      assert.raises("InvalidArgument", dbos.list_schedules, {[name] = ""})
    end
    assert.raises("InvalidArgument", dbos.list_queues, {application_name = ""})
    assert.raises("InvalidArgument", dbos.connect, {database_url = ""})
    assert.raises("InvalidArgument", dbos.connect, {profile = ""})
  end)
end)

t.finish()
