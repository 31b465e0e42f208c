-- The comparisons of the module assert. Go calls them by name: a comparison returns nothing if two
-- values are equal, else the path of the first difference and the two values there.

local raise = ...
local ipairs, next, pcall = ipairs, next, pcall
local tostring, type = tostring, type
local find, format, gsub = string.find, string.format, string.gsub

-- plain returns the fields of a record as a table, and any other value unchanged.
local function plain(value)
  if type(value) ~= "userdata" then return value end
  local ok, fields = pcall(function() return value:to_table() end)
  return ok and fields or value
end

-- step returns the path of a key in a table that has the given path.
local function step(path, key)
  if type(key) == "string" and find(key, "^[%a_][%w_]*$") then return path .. "." .. key end
  return path .. "[" .. (type(key) == "string" and format("%q", key) or tostring(key)) .. "]"
end

-- open holds the pairs of tables that are being compared. Such a pair counts as equal when it comes
-- up again inside itself, because tables that hold themselves would be compared for ever.
local function difference(a, b, path, open)
  if a == b or a ~= a and b ~= b then return end
  local x, y = plain(a), plain(b)
  if type(x) ~= "table" or type(y) ~= "table" then return path, a, b end
  if open[x] == y then return end
  open[x] = y
  for key, value in next, x do
    local at, want, got = difference(value, y[key], step(path, key), open)
    if at then return at, want, got end
  end
  for key, value in next, y do
    if x[key] == nil then return step(path, key), nil, value end
  end
  open[x] = nil
end

local functions = {}

function functions.equal(want, got)
  if want ~= got then return "value", want, got end
end

function functions.same(want, got) return difference(want, got, "value", {}) end

function functions.find(pattern, text)
  local ok, at = pcall(find, tostring(text), pattern)
  if not ok then raise("assert.matches", "pattern", (gsub(tostring(at), "^%[library%] assert:%d+: ", ""))) end
  return at ~= nil
end

function functions.contains(item, list)
  if type(list) == "string" then return find(list, tostring(item), 1, true) ~= nil end
  if type(list) ~= "table" then return false end
  for _, candidate in ipairs(list) do
    if not difference(item, candidate, "value", {}) then return true end
  end
  return false
end

functions.try = pcall

return function(name, ...) return functions[name](...) end
