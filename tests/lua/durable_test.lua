local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

-- The functions of durable runs, in a run that is not durable.
describe("a run that is not durable", function()
  it("returns the one value of its function as data", function()
    assert.equal(step("number", function() return 7 end), 7)
    assert.equal(json.encode(step("table", {}, function() return {a = {1, 2}} end)), '{"a":[1,2]}')
    assert.equal(step("nothing", nil, function() end), nil)
  end)

  it("calls the function again if it fails", function()
    local tries = 0
    local made = step("again", {retries = 2, interval = 0, max_interval = "1s"}, function()
      tries = tries + 1
      if tries < 3 then error("not yet") end
      return tries
    end)
    assert.equal(made, 3)
  end)

  it("raises the last error", function()
    local tries = 0
    local ok, e = pcall(step, "fails", {retries = 1, interval = 0}, function() tries = tries + 1 error({code = tries}) end)
    assert.equal(ok, false)
    assert.equal(e.code, 2)
  end)

  it("refuses what it cannot record", function()
    assert.raises("InvalidArgument", step, "function", function() return print end)
    assert.raises("InvalidArgument", step, "two", function() return 1, 2 end)
    assert.raises("InvalidArgument", step, "DBOS.sleep", function() end)
    assert.raises("InvalidArgument", step, "dbos.prune batch", function() end)
    assert.raises("InvalidArgument", step, "no function")
    assert.raises("InvalidArgument", step, "no function", {retries = 1})
    assert.raises("InvalidArgument", step, "unknown option", {retrys = 1}, function() end)
    assert.raises("InvalidOption", step, "negative", {retries = -1}, function() end)
  end)

  it("is for durable runs", function()
    assert.raises("Unsupported", durable.recv, "topic", 0)
    assert.raises("Unsupported", durable.set_event, "key", 1)
    assert.raises("Unsupported", durable.write_stream, "key", 1)
    assert.raises("Unsupported", durable.approval, "Go on?")
  end)

  it("has functions that do the same in any run", function()
    durable.sleep(0)
    assert.equal(durable.patch("a change"), true)
  end)

  it("checks its arguments", function()
    assert.raises("InvalidArgument", durable.recv, "topic")
    assert.raises("InvalidOption", durable.sleep, -1)
    assert.raises("InvalidArgument", durable.set_event, "", 1)
    assert.raises("InvalidArgument", durable.patch, "")
    assert.raises("InvalidArgument", durable.approval, "")
  end)
end)

t.finish()
