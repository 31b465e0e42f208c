local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

describe("send to forks", function()
  it("reaches forks of forks, once with a key", function()
    local original = dbos.enqueue("published", "wf", nil, {workflow_id = "sent-1"})
    local fork = dbos.fork_workflow {original_workflow_id = "sent-1", forked_workflow_id = "sent-2", queue_name = "published"}
    local again = dbos.fork_workflow {original_workflow_id = "sent-2", forked_workflow_id = "sent-3", queue_name = "published"}
    for _ = 1, 2 do dbos.send("sent-1", {go = true}, "mail", {idempotency_key = "k", send_to_forks = true}) end
    dbos.send_many {{destination_id = "sent-2", message = "second", send_to_forks = true}}
    assert.equal(1, #original:messages())
    assert.equal(2, #fork:messages())
    local first, second = again:messages()[1], again:messages()[2]
    assert.same({"k::sent-3", "mail", true, false, nil}, {first.message_id, first.topic, first.message.go, first.received, first.received_by})
    assert.same({nil, "second"}, {second.topic, second.message})
    assert.truthy(first.sent_at)
  end)
end)

describe("a workflow", function()
  it("that has published nothing has nothing", function()
    local h = dbos.enqueue("published", "wf", nil, {workflow_id = "published-1"})
    assert.equal("{}", json.encode(h:events()))
    assert.equal("[]", json.encode(h:messages()))
    assert.equal("{}", json.encode(h:streams()))
  end)

  it("that does not exist is an error", function()
    local h = dbos.enqueue("published", "wf", nil, {workflow_id = "published-2"})
    dbos.delete_workflows {"published-2"}
    assert.raises("NonExistentWorkflow", h.events, h)
    assert.raises("NonExistentWorkflow", h.messages, h)
    assert.raises("NonExistentWorkflow", h.streams, h)
  end)
end)

t.finish()
