-- Messages to, events and streams of, and waits for workflows that a worker runs beside the test.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local quick = {timeout = "20s", polling_interval = "10ms"}

describe("send", function()
  it("is received in order, with a topic and without", function()
    local h = dbos.enqueue("work", "receive", {count = 3})
    dbos.send(h.workflow_id, {n = 1, list = json.array {}})
    dbos.send(h.workflow_id, json.null)
    dbos.send(h.workflow_id, json.decode "9223372036854775807")
    assert.equal('[{"list":[],"n":1},null,9223372036854775807]', json.encode(h:get_result(quick)))
    local topical = dbos.enqueue("work", "receive", {count = 1, topic = "mail"})
    dbos.send(topical.workflow_id, "wrong", "post")
    dbos.send(topical.workflow_id, "right", "mail")
    assert.same({"right"}, topical:get_result(quick))
  end)

  it("happens once with an idempotency key", function()
    local h = dbos.enqueue("work", "receive", {count = 2})
    for _ = 1, 3 do dbos.send(h.workflow_id, "first", nil, {idempotency_key = "k"}) end
    dbos.send(h.workflow_id, "second")
    assert.same({"first", "second"}, h:get_result(quick))
  end)

  it("wants somebody to send to", function()
    local err = assert.raises("NonExistentWorkflow", dbos.send, "nobody", 1, "mail")
    assert.equal("nobody", err.workflow_id)
    assert.raises("InvalidArgument", dbos.send, "nobody", print)
    assert.raises("InvalidOption", dbos.send, "", 1)
  end)
end)

describe("send_many", function()
  it("sends all or none", function()
    local handles, messages = {}, {}
    for i = 1, 3 do
      handles[i] = dbos.enqueue("work", "receive", {count = 1, topic = "mail"})
      messages[i] = {destination_id = handles[i].workflow_id, message = {n = i}, topic = "mail", idempotency_key = "once"}
    end
    messages[4] = {destination_id = "nobody", message = 4, topic = "mail"}
    assert.raises("NonExistentWorkflow", dbos.send_many, messages)
    messages[4] = nil
    dbos.send_many(messages)
    dbos.send_many(messages)
    for i, h in ipairs(handles) do assert.same({{n = i}}, h:get_result(quick)) end
    dbos.send_many {}
    assert.raises("InvalidArgument", dbos.send_many, {{message = 1}})
  end)
end)

describe("get_event", function()
  it("waits for a value, and gives the latest", function()
    local h = dbos.enqueue("work", "tell", {progress = {"first", {share = 0.5}}})
    h:get_result(quick)
    assert.same({share = 0.5}, dbos.get_event(h.workflow_id, "progress", "20s"))
    assert.same({share = 0.5}, dbos.get_event(h.workflow_id, "progress"))
    assert.same({share = 0.5}, dbos.get_event(h.workflow_id, "progress", 0))
    dbos.enqueue("work", "tell", {progress = {7}}, {workflow_id = "later", delay = "50ms"})
    assert.equal(7, dbos.get_event("later", "progress", "20s"))
  end)

  it("gives up in time", function()
    dbos.enqueue("work", "tell", {progress = {7}}, {workflow_id = "silent", delay = "1h"})
    local err = assert.raises("Timeout", dbos.get_event, "silent", "never", "20ms")
    assert.matches('"never"', err.message)
    assert.equal("silent", err.workflow_id)
    err = assert.raises("NonExistentWorkflow", dbos.get_event, "nobody", "never", "20ms")
    assert.equal("nobody", err.workflow_id)
  end)
end)

describe("read_stream", function()
  it("gives all values of a stream that has ended", function()
    for _, how in ipairs {"bare", "quoted", "open"} do
      local h = dbos.enqueue("work", "write", {values = {1, "two", {n = 3}}, close = how})
      local values, closed = dbos.read_stream(h.workflow_id, "lines")
      assert.equal('[1,"two",{"n":3}]', json.encode(values), how)
      assert.equal(true, closed, how)
      values, closed = dbos.read_stream(h.workflow_id, "unknown")
      assert.equal("[]", json.encode(values), how)
      assert.equal(true, closed, how)
      assert.equal("two", dbos.read_stream(h.workflow_id, "lines", {from_offset = 1})[1])
    end
  end)

  it("can be asked for what is there", function()
    local h = dbos.enqueue("work", "write", {values = {1, 2}, close = "bare"}, {delay = "1h"})
    local values, closed = dbos.read_stream(h.workflow_id, "lines", {snapshot = true})
    assert.equal("[]", json.encode(values))
    assert.equal(false, closed)
    h = dbos.enqueue("work", "write", {values = {1, 2}, close = "bare"})
    h:get_result(quick)
    assert.same({2}, (dbos.read_stream(h.workflow_id, "lines", {snapshot = true, from_offset = 1})))
  end)

  it("wants a workflow", function()
    assert.raises("NonExistentWorkflow", dbos.read_stream, "nobody", "lines")
  end)
end)

describe("read_stream_async", function()
  it("gives values while they are written", function()
    local h = dbos.enqueue("work", "converse", nil)
    local seen = {}
    for value in dbos.read_stream_async(h.workflow_id, "lines") do
      seen[#seen + 1] = value
      dbos.send(h.workflow_id, #seen < 3 and value + 1 or json.null)
    end
    assert.same({1, 2, 3}, seen)
    assert.equal(3, h:get_result(quick))
  end)

  it("keeps nulls, and can be left", function()
    local h = dbos.enqueue("work", "write", {values = {json.null, 2, 3}, close = "quoted"})
    local seen = {}
    for value in dbos.read_stream_async(h.workflow_id, "lines", {from_offset = 0}) do
      seen[#seen + 1] = value
      if #seen == 2 then break end
    end
    assert.equal("[null,2]", json.encode(seen))
    assert.raises("NonExistentWorkflow", function() for _ in dbos.read_stream_async("nobody", "lines") do end end)
    h:get_result(quick)
    for value in dbos.read_stream_async(h.workflow_id, "lines", {from_offset = 2, snapshot = true}) do assert.equal(3, value) end
  end)
end)

describe("wait", function()
  it("gives outcomes in the order of the handles", function()
    local handles = dbos.enqueue_many("work", "echo", {1, 2, 3})
    handles[4] = dbos.enqueue("work", "fail", "no stock")
    handles[5] = dbos.enqueue("work", "echo", 5, {delay = "1h"})
    dbos.cancel_workflow(handles[5].workflow_id)
    local ended = {}
    local outcomes = dbos.wait(handles, {timeout = "20s", polling_interval = "10ms", each = function(handle, status)
      ended[handle] = status
    end})
    assert.equal(5, #outcomes)
    for i, o in ipairs(outcomes) do
      assert.equal(handles[i].workflow_id, o.workflow_id)
      assert.equal(ended[handles[i]], o.status)
      assert.equal(true, o.finished)
    end
    for i = 1, 3 do
      assert.equal(i, outcomes[i].result)
      assert.equal(nil, outcomes[i].error)
    end
    assert.equal("ERROR", outcomes[4].status)
    assert.matches("no stock", outcomes[4].error.message)
    assert.equal(nil, outcomes[4].result)
    assert.equal("CANCELLED", outcomes[5].status)
    assert.equal("AwaitedWorkflowCancelled", outcomes[5].error.code)
  end)

  it("takes ids", function()
    local h = dbos.enqueue("work", "echo", {1})
    local told
    local outcomes = dbos.wait({h.workflow_id, h}, {timeout = "20s", each = function(handle) told = handle.workflow_id end})
    assert.equal(h.workflow_id, told)
    assert.same({1}, outcomes[2].result)
    assert.equal(0, #dbos.wait({}))
    assert.raises("InvalidArgument", dbos.wait, {h, 7})
  end)

  it("raises a timeout, or gives what is known", function()
    local done, held = dbos.enqueue("work", "echo", 1), dbos.enqueue("work", "echo", 2, {delay = "1h"})
    done:get_result(quick)
    local err = assert.raises("Timeout", dbos.wait, {done, held}, {timeout = "50ms"})
    assert.equal(held.workflow_id, err.workflow_id)
    local outcomes = dbos.wait({done, held, "nobody"}, {timeout = "50ms", partial = true})
    assert.equal(1, outcomes[1].result)
    assert.equal(false, outcomes[2].finished)
    assert.equal("DELAYED", outcomes[2].status)
    assert.equal(nil, outcomes[3].status)
  end)

  it("ends with an error of its callback", function()
    local h = dbos.enqueue("work", "echo", 1)
    local ok, err = pcall(dbos.wait, {h}, {timeout = "20s", each = function() error("enough") end})
    assert.equal(false, ok)
    assert.matches("enough", err)
  end)
end)

t.finish()
