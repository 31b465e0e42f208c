-- A small test module in the style of busted: describe, it, and an assert table.
--
--   local t = require "testing"
--   local describe, it, assert = t.describe, t.it, t.assert
--   describe("cancel", function()
--     it("needs a workflow", function() assert.raises("NonExistentWorkflow", dbos.cancel_workflow, "x") end)
--   end)
--   t.finish()

local t = {assert = {}}

local groups, failures, count = {}, {}, 0

function t.describe(name, body)
  groups[#groups + 1] = name
  body()
  groups[#groups] = nil
end

function t.it(name, body)
  count = count + 1
  local title = table.concat(groups, " ") .. " " .. name
  local ok, err = xpcall(body, function(e) return {text = tostring(e), trace = debug.traceback()} end)
  if ok then
    print("ok - " .. title)
  else
    failures[#failures + 1] = title
    print("not ok - " .. title .. "\n" .. err.text .. "\n" .. err.trace)
  end
end

function t.finish()
  if count == 0 then error("no test ran") end
  if #failures > 0 then error(#failures .. " of " .. count .. " tests failed:\n  " .. table.concat(failures, "\n  ")) end
  print(count .. " passed")
end

local function fail(message, detail)
  error((detail and detail .. ": " or "") .. message, 3)
end

local function show(value)
  if type(value) == "table" then
    local ok, text = pcall(json.encode, value)
    if ok then return text end
  end
  if type(value) == "string" then return ("%q"):format(value) end
  return tostring(value)
end

local function same(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for k, v in pairs(a) do
    if not same(v, b[k]) then return false end
  end
  for k in pairs(b) do
    if a[k] == nil then return false end
  end
  return true
end

function t.assert.equal(want, got, detail)
  if want ~= got then fail(("want %s, got %s"):format(show(want), show(got)), detail) end
end

function t.assert.same(want, got, detail)
  if not same(want, got) then fail(("want %s, got %s"):format(show(want), show(got)), detail) end
end

function t.assert.truthy(value, detail)
  if not value then fail(("want something true, got %s"):format(show(value)), detail) end
end

function t.assert.falsy(value, detail)
  if value then fail(("want nil or false, got %s"):format(show(value)), detail) end
end

function t.assert.matches(pattern, text, detail)
  if not tostring(text):find(pattern) then fail(("want a match of %q, got %s"):format(pattern, show(text)), detail) end
end

-- Calls fn, which must raise an error with this code, and returns the error.
function t.assert.raises(code, fn, ...)
  local ok, err = pcall(fn, ...)
  if ok then fail("want an error " .. code .. ", got none") end
  if type(err) == "string" then fail("want an error " .. code .. ", got the text " .. show(err)) end
  if err.code ~= code then fail(("want an error %s, got %s: %s"):format(code, tostring(err.code), tostring(err))) end
  return err
end

return t
