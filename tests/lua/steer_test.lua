local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local function enqueue(id, opts)
  opts = opts or {}
  opts.workflow_id = id
  return dbos.enqueue("steer", "wf", {id = id}, opts)
end

local function status(id) return dbos.retrieve_workflow(id):get_status() end

describe("cancel", function()
  it("takes a workflow off its queue", function()
    enqueue("cancel-1", {deduplication_id = "cancel-d"})
    dbos.cancel_workflow("cancel-1")
    local wf = status("cancel-1")
    assert.equal("CANCELLED", wf.status)
    assert.equal(nil, wf.queue_name)
    assert.equal(nil, wf.deduplication_id)
    assert.truthy(wf.completed_at)
    dbos.cancel_workflow("cancel-1")
  end)

  it("refuses an unknown workflow, and passes over it in a list", function()
    local err = assert.raises("NonExistentWorkflow", dbos.cancel_workflow, "cancel-none")
    assert.equal("cancel-none", err.workflow_id)
    enqueue("cancel-2")
    local result = dbos.cancel_workflows {"cancel-none", "cancel-2", "cancel-2"}
    assert.equal("CANCELLED", status("cancel-2").status)
    assert.same({1, 0, 1, 2}, {result.changed, result.unchanged, result.unknown, #result.outcomes})
    assert.same({id = "cancel-none", outcome = "unknown", reason = "there is no such workflow"}, result.outcomes[1]:to_table())
    result = dbos.cancel_workflows {"cancel-2"}
    assert.same({id = "cancel-2", outcome = "unchanged", status = "CANCELLED", reason = "it is CANCELLED already"}, result.outcomes[1]:to_table())
    assert.equal(0, #dbos.cancel_workflows({}).outcomes)
  end)

  it("makes get_result raise", function()
    local h = enqueue("cancel-3")
    dbos.cancel_workflow("cancel-3")
    local err = assert.raises("AwaitedWorkflowCancelled", h.get_result, h)
    assert.equal("cancel-3", err.workflow_id)
  end)
end)

describe("resume", function()
  it("puts a workflow on the internal queue, or on another", function()
    enqueue("resume-1")
    dbos.cancel_workflow("resume-1")
    assert.equal("resume-1", dbos.resume_workflow("resume-1").workflow_id)
    assert.equal("_dbos_internal_queue", status("resume-1").queue_name)
    dbos.resume_workflow("resume-1", {queue_name = "slow"})
    local wf = status("resume-1")
    assert.equal("ENQUEUED", wf.status)
    assert.equal("slow", wf.queue_name)
    assert.equal(nil, wf.completed_at)
    assert.raises("NonExistentWorkflow", dbos.resume_workflow, "resume-none")
  end)

  it("gives handles in the order of the ids", function()
    enqueue("resume-a")
    enqueue("resume-b")
    local handles = dbos.resume_workflows({"resume-b", "resume-none", "resume-a", "resume-b"}, {queue_name = "slow"})
    assert.equal(2, #handles)
    assert.equal("resume-b", handles[1].workflow_id)
    assert.equal("resume-a", handles[2].workflow_id)
    assert.same({2, 0, 1, "unknown"}, {handles.changed, handles.unchanged, handles.unknown, handles.outcomes[2].outcome})
    local seen = 0
    for key in pairs(handles) do seen = seen + key end
    assert.equal(3, seen)
    assert.equal('[{"workflow_id":"resume-b"},{"workflow_id":"resume-a"}]', json.encode(handles))
    assert.equal("[]", json.encode(dbos.resume_workflows {"resume-none"}))
    assert.equal(0, #dbos.resume_workflows {})
  end)
end)

describe("set_workflow_delay", function()
  it("moves the time a workflow is due", function()
    enqueue("delay-1", {delay = 60})
    dbos.set_workflow_delay("delay-1", {delay = "2h"})
    local wf = status("delay-1")
    assert.equal(7200, wf.delay_until - wf.updated_at)
    dbos.set_workflow_delay("delay-1", {delay_until = "2031-05-06T07:08:09Z"})
    assert.equal("2031-05-06T07:08:09Z", tostring(status("delay-1").delay_until))
  end)

  it("wants exactly one option", function()
    assert.raises("InvalidOption", dbos.set_workflow_delay, "delay-1", {})
    assert.raises("InvalidOption", dbos.set_workflow_delay, "delay-1", {delay = 1, delay_until = "+1h"})
    assert.raises("NonExistentWorkflow", dbos.set_workflow_delay, "delay-none", {delay = 1})
  end)

  it("reports what it did to each of many", function()
    enqueue("delay-2", {delay = 60})
    enqueue("delay-3")
    local result = dbos.set_workflow_delays({"delay-2", "delay-3", "delay-none"}, {delay = "2h"})
    assert.equal("set_workflow_delay: 1 of 3 changed; 1 unchanged (ENQUEUED, not DELAYED); 1 unknown (\"delay-none\")", tostring(result))
    assert.equal("it is ENQUEUED, not DELAYED", result.outcomes[2].reason)
    assert.equal(1, dbos.set_workflow_delays({"delay-2"}, {delay_until = "+1h"}).changed)
    assert.raises("InvalidOption", dbos.set_workflow_delays, {"delay-2"}, {})
  end)
end)

describe("set_priority", function()
  it("takes an id, ids or a filter, and reports what it did to each", function()
    enqueue("priority-1", {priority = 5})
    enqueue("priority-2", {delay = 60})
    enqueue("priority-3", {priority = 5})
    dbos.cancel_workflow("priority-3")
    assert.equal(1, dbos.set_priority("priority-1", 0).changed)
    assert.equal(0, status("priority-1").priority)
    local result = dbos.set_priority({"priority-2", "priority-3", "priority-none", "priority-2"}, 2147483647)
    assert.equal("set_priority: 1 of 3 changed; 1 unchanged (CANCELLED); 1 unknown (\"priority-none\")", tostring(result))
    assert.same({id = "priority-2", outcome = "changed", status = "DELAYED"}, result.outcomes[1]:to_table())
    assert.equal("it is CANCELLED, and only ENQUEUED and DELAYED workflows wait", result.outcomes[2].reason)
    assert.equal(2147483647, status("priority-2").priority)
    assert.equal(5, status("priority-3").priority)

    result = dbos.set_priority({workflow_id_prefix = "priority-"}, 8)
    assert.same({2, 0, 0}, {result.changed, result.unchanged, result.unknown})
    assert.same({8, 8, 5}, {status("priority-1").priority, status("priority-2").priority, status("priority-3").priority})
    result = dbos.set_priority({workflow_id_prefix = "priority-", status = {"ENQUEUED", "CANCELLED"}}, 9)
    assert.same({1, 1, 0}, {result.changed, result.unchanged, result.unknown})
    assert.equal(0, #dbos.set_priority({}, 1).outcomes)
  end)

  it("refuses a priority that is none", function()
    for _, wrong in ipairs {-1, 2147483648} do
      assert.raises("InvalidOption", dbos.set_priority, "priority-1", wrong)
    end
    for _, wrong in ipairs {1.5, "high"} do
      assert.raises("InvalidArgument", dbos.set_priority, "priority-1", wrong)
    end
    assert.raises("InvalidArgument", dbos.set_priority, "priority-1")
    assert.raises("InvalidArgument", dbos.set_priority, {queue = "steer"}, 1)
    assert.equal(9, status("priority-1").priority)
  end)
end)

describe("hold and release", function()
  it("take an id, ids or a filter, and put back what was there", function()
    enqueue("hold-1", {priority = 5})
    enqueue("hold-2", {delay = 60})
    enqueue("hold-3")
    dbos.cancel_workflow("hold-3")
    local before = {status("hold-1"):to_table(), status("hold-2"):to_table()}
    assert.equal(1, dbos.hold("hold-1").changed)
    assert.same({"DELAYED", "ENQUEUED"}, {status("hold-1").status, status("hold-1").held_from})
    local result = dbos.hold {"hold-1", "hold-2", "hold-3", "hold-none"}
    assert.equal("hold: 2 of 4 changed; 1 unchanged (CANCELLED); 1 unknown (\"hold-none\")", tostring(result))
    assert.equal("DELAYED", status("hold-2").held_from)
    assert.same({2, 0}, {#dbos.list_workflows {held = true, workflow_id_prefix = "hold-"},
      #dbos.list_workflows {held = false, workflow_id_prefix = "hold-", status = "DELAYED"}})
    result = dbos.release {held = true, workflow_id_prefix = "hold-"}
    assert.same({2, 0, 0}, {result.changed, result.unchanged, result.unknown})
    for i, id in ipairs {"hold-1", "hold-2"} do
      local now = status(id):to_table()
      before[i].updated_at, now.updated_at = nil, nil
      assert.same(before[i], now)
    end
    assert.equal("it is ENQUEUED, and not held", dbos.release("hold-1").outcomes[1].reason)
    assert.raises("InvalidArgument", dbos.hold, {queue = "steer"})
    assert.raises("InvalidArgument", dbos.release)
  end)
end)

describe("move_queue and move_version", function()
  it("move what waits, and refuse what nobody knows", function()
    dbos.register_queue {name = "move-slow"}
    enqueue("move-1", {priority = 5})
    enqueue("move-2", {delay = 60, deduplication_id = "move-key"})
    local result = dbos.move_queue({workflow_id_prefix = "move-"}, "move-slow")
    assert.same({2, 0, 0}, {result.changed, result.unchanged, result.unknown})
    assert.same({"move-slow", "ENQUEUED", 5}, {status("move-1").queue_name, status("move-1").status, status("move-1").priority})
    assert.matches("did you mean \"move%-slow\"", assert.raises("InvalidOption", dbos.move_queue, "move-1", "move-slwo").message)
    assert.raises("InvalidOption", dbos.move_queue, "move-1", "")
    enqueue("move-3", {deduplication_id = "move-key"})
    assert.matches("workflow \"move%-2\" holds its deduplication id", assert.raises("QueueDeduplicated", dbos.move_queue, "move-3", "move-slow").message)
    assert.raises("InvalidOption", dbos.move_version, "move-1", "")
    dbos.delete_queue("move-slow")
    assert.equal(1, dbos.move_version("move-1", "v-moved").changed)
    assert.equal("v-moved", status("move-1").application_version)
    dbos.cancel_workflows {"move-1", "move-2", "move-3"}
  end)
end)

describe("fork", function()
  it("makes a new workflow from an old one", function()
    enqueue("fork-1")
    local h = dbos.fork_workflow {
      original_workflow_id = "fork-1", forked_workflow_id = "fork-2", start_step = 0,
      application_version = "v2", queue_name = "slow", queue_partition_key = "p",
    }
    assert.equal("fork-2", h.workflow_id)
    local wf = status("fork-2")
    assert.equal("fork-1", wf.forked_from)
    assert.equal("slow", wf.queue_name)
    assert.equal("v2", wf.application_version)
    assert.equal("p", wf.queue_partition_key)
    assert.equal(true, status("fork-1").was_forked_from)
    assert.same({id = "fork-1"}, dbos.list_workflows {workflow_ids = "fork-2", load_input = true}[1].input)
  end)

  it("names the nearest word to start from", function()
    local err = assert.raises("InvalidArgument", dbos.fork_workflow, {original_workflow_id = "fork-1", start_step = "faild"})
    assert.truthy(tostring(err):find('did you mean "failed"', 1, true))
  end)

  it("finds its first step, and takes a timeout and other children", function()
    for i, step in ipairs {"failed", "last", {step_id = 0}} do
      local id = "fork-step-" .. i
      dbos.fork_workflow {original_workflow_id = "fork-1", forked_workflow_id = id, start_step = step, timeout = "90s", replacement_children = {a = "b"}}
      assert.equal(90, status(id).timeout)
    end
    local handles = dbos.fork_workflows {
      {original_workflow_id = "fork-1", start_step = "last", timeout = 5, replacement_children = {}}, {original_workflow_id = "fork-1", start_step = nil},
    }
    assert.same({5, nil}, {handles[1]:get_status().timeout, handles[2]:get_status().timeout})
  end)

  it("refuses what cannot be", function()
    assert.raises("NonExistentWorkflow", dbos.fork_workflow, {original_workflow_id = "fork-none"})
    assert.matches("fork%-1.*charge", assert.raises("InvalidOption", dbos.fork_workflow, {original_workflow_id = "fork-1", start_step = {step_name = "charge"}}).message)
    assert.matches("no step 9", assert.raises("InvalidOption", dbos.fork_workflow, {original_workflow_id = "fork-1", start_step = {step_id = 9}}).message)
    assert.raises("InvalidOption", dbos.fork_workflow, {original_workflow_id = "fork-1", start_step = {step_id = -1}})
    for _, wrong in ipairs {-1, 1.5, "first", true, {name = "charge"}, {}, {step_id = 1, step_name = "charge"}} do
      assert.matches("start_step", assert.raises("InvalidArgument", dbos.fork_workflow, {original_workflow_id = "fork-1", start_step = wrong}).message)
      local err = assert.raises("InvalidArgument", dbos.fork_workflows, {{original_workflow_id = "fork-1"}, {original_workflow_id = "fork-1", start_step = wrong}})
      assert.matches("start_step", err.message)
    end
    assert.raises("ConflictingID", dbos.fork_workflow, {original_workflow_id = "fork-1", forked_workflow_id = "fork-2"})
    assert.raises("InvalidOption", dbos.fork_workflow, {original_workflow_id = "fork-1", queue_partition_key = "p"})
    assert.raises("InvalidArgument", dbos.fork_workflow, {})
  end)

  it("forks many at once, or none", function()
    enqueue("forks-1")
    enqueue("forks-2")
    local handles = dbos.fork_workflows {{original_workflow_id = "forks-1"}, {original_workflow_id = "forks-2", forked_workflow_id = "forks-3"}}
    assert.equal("forks-3", handles[2].workflow_id)
    assert.raises("NonExistentWorkflow", dbos.fork_workflows, {{original_workflow_id = "forks-1", forked_workflow_id = "forks-4"}, {original_workflow_id = "forks-none"}})
    assert.equal(0, #dbos.list_workflows {workflow_ids = "forks-4"})
    assert.raises("ConflictingID", dbos.fork_workflows, {{original_workflow_id = "forks-1", forked_workflow_id = "forks-3"}})
    assert.raises("InvalidOption", dbos.fork_workflows, {{original_workflow_id = "forks-1", queue_partition_key = "p"}})
    local wf = dbos.fork_workflows({{
      original_workflow_id = "forks-1", start_step = 3, application_version = "v2", queue_name = "slow", queue_partition_key = "p",
    }})[1]:get_status()
    assert.equal("forks-1", wf.forked_from)
    assert.equal("v2", wf.application_version)
    assert.equal("slow", wf.queue_name)
    assert.equal("p", wf.queue_partition_key)
  end)
end)

describe("delete_workflows", function()
  it("deletes, and passes over unknown ids", function()
    enqueue("delete-1")
    dbos.delete_workflows({"delete-1", "delete-none"}, {delete_children = true})
    assert.raises("NonExistentWorkflow", dbos.retrieve_workflow, "delete-1")
    assert.equal("delete_workflows: 0 of 1 changed; 1 unknown (\"delete-1\")", tostring(dbos.delete_workflows {"delete-1"}))
  end)
end)

describe("application versions", function()
  it("are none at first", function()
    assert.same({}, dbos.list_application_versions())
    assert.raises("NoApplicationVersions", dbos.get_latest_application_version)
    assert.raises("NonExistentVersion", dbos.set_latest_application_version, "none")
    assert.raises("InvalidOption", dbos.set_latest_application_version, "")
  end)
end)

t.finish()
