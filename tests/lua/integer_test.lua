local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local function big(text) return json.decode(text or "9223372036854775807") end

describe("an exact integer", function()
  it("is one key of a table, wherever it comes from", function()
    local counts = {[big()] = 1}
    assert.equal(1, counts[big()])
    assert.equal(1, counts[big() + 1 - 1])
    assert.equal(nil, counts[big() - 1])
    assert.truthy(rawequal(big(), big()))
    for i = 1, 3000 do counts[big() + i] = i end
    collectgarbage()
    for i = 1, 3000 do assert.equal(i, counts[big() + i]) end
  end)

  it("compares with numbers exactly, or says how", function()
    for _, compare in ipairs {
      function() return big() > 5 end, function() return 5 > big() end, function() return big() <= 5 end,
    } do
      local ok, err = pcall(compare)
      assert.equal(false, ok)
      assert.matches("integer:compare%(number%) compares exactly", tostring(err))
    end
    assert.same({1, 0, -1, 1}, {big():compare(5), big():compare(big()), big():compare(1e300), big("9007199254740993"):compare(2 ^ 53)})
    assert.raises("InvalidArgument", function() big():compare("5") end)
    assert.equal(false, big() == 5)
  end)

  it("is sorted among numbers", function()
    local list = {big(), 5, big() - 10, 1e300, -3, big()}
    table.sort(list)
    assert.same({-3, 5, big() - 10, big(), big(), 1e300}, list)
  end)

  it("names what makes a number or a text of it, wherever the library wants one", function()
    for name, call in pairs {
      max = function() return math.max(big(), 1) end, min = function() return math.min(1, big()) end,
      floor = function() return math.floor(big()) end, format = function() return ("%.0f"):format(big()) end,
      rep = function() return ("x"):rep(big()) end, sub = function() return ("x"):sub(big()) end,
      select = function() return select(big(), 1) end, unpack = function() return unpack({}, 1, big()) end,
      limit = function() for i = 1, big() do return i end end, start = function() for i = big(), 1 do return i end end,
      step = function() for i = 1, 2, big() do return i end end, date = function() return os.date("%Y", big()) end,
    } do
      local ok, err = pcall(call)
      assert.equal(false, ok, name)
      assert.matches("got a?n? ?integer %(tonumber%(integer%) is the nearest number%)", tostring(err), name)
    end
    for name, call in pairs {
      len = function() return string.len(big()) end, rep = function() return string.rep(big(), 2) end,
      concat = function() return table.concat {1, big()} end,
      gsub = function() return (("a"):gsub("a", function() return big() end)) end,
    } do
      local ok, err = pcall(call)
      assert.equal(false, ok, name)
      assert.matches("integer.*%(tostring%(integer%) is its text%)", tostring(err), name)
    end
  end)

  it("becomes a number and a text", function()
    assert.equal(2 ^ 63, tonumber(big()))
    assert.truthy(tonumber(big()) > 5)
    assert.equal("9223372036854775807!", big() .. "!")
    assert.equal("9223372036854775808", tostring(1 + big()))
  end)
end)

t.finish()
