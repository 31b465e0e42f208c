local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

describe("assert.same", function()
  it("holds for equal values of every type", function()
    local list = {}
    list.self = list
    for _, value in ipairs {1, "a", true, false, json.null, 0 / 0, list, dbos, print, json.decode("9223372036854775807"), time.now()} do
      assert.same(value, value)
      assert.same({value, {value}}, {value, {value}})
    end
    assert.same(nil, nil)
  end)

  it("names where records in tables and in records differ", function()
    for i = 1, 2 do
      dbos.enqueue("assert", "wf", {list = {1, {i}}}, {workflow_id = "assert-" .. i, attributes = {tags = {i}}, sdk = "go"})
      dbos.register_queue {name = "assert-" .. i, rate_limit = {limit = i, period = "1s"}}
    end
    local one, two = dbos.list_workflows {workflow_ids = "assert-1", load_input = true}[1], dbos.list_workflows {workflow_ids = "assert-2", load_input = true}[1]
    local first, second = dbos.get_queue("assert-1"), dbos.get_queue("assert-2")
    for path, call in pairs {
      ["value.id"] = function() assert.same(one, two) end,
      ["value[1].a.id"] = function() assert.same({{a = one}}, {{a = two}}) end,
      ["value.input.list[2][1]"] = function() assert.same({input = one.input}, {input = two.input}) end,
      ["value.rate_limit.limit"] = function() assert.same({rate_limit = first.rate_limit}, {rate_limit = second.rate_limit}) end,
      ["value[1]"] = function() assert.same({first.rate_limit}, {}) end,
      ["value[2]"] = function() assert.same({}, {[2] = second}) end,
    } do
      local err = assert.raises("AssertionFailed", call)
      assert.truthy(tostring(err):find("they differ at " .. path .. ": want", 1, true), tostring(err))
    end
    assert.same(first:to_table(), first)
    assert.contains(first.rate_limit, {second.rate_limit, first.rate_limit})
  end)

  it("says what it wants where a value or a pattern is of no use", function()
    for _, list in ipairs {5, true, print, dbos.list_workflows} do
      assert.raises("AssertionFailed", assert.contains, 1, list)
    end
    assert.raises("AssertionFailed", assert.contains, 1, nil)
    local err = assert.raises("InvalidArgument", assert.matches, "(", "x")
    assert.matches('assert.matches: argument "pattern": unfinished capture', tostring(err))
  end)
end)

t.finish()
