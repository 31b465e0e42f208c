-- Metatables that lead from one to the next, in a long row or a circle, and metamethods that call themselves.
local function chain(event, length)
  local value = {}
  for _ = 1, length do value = setmetatable({}, {[event] = value}) end
  return value
end
local function fails(name, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, name .. " did not fail")
  message = tostring(message)
  assert(#message < 2000 and not message:find("runtime error"), name .. ": " .. message)
  return message
end
local uses = {
  __index = function(t) return t.x end,
  __newindex = function(t) t.x = 1 end,
  __call = function(t) return t() end,
}
for event, use in pairs(uses) do
  for _, length in ipairs {90, 1000, 200000} do pcall(use, chain(event, length)) end
  local circle = {}
  setmetatable(circle, {[event] = circle})
  assert(fails(event .. " circle", use, circle) ~= "")
end
-- Each metamethod that leads back to itself.
local ways = {
  __index = function(t) return t.x end,
  __newindex = function(t) t.x = 1 end,
  __call = function(t) return t() end,
  __concat = function(t) return t .. t end,
  __add = function(t) return t + t end,
  __sub = function(t) return t - t end,
  __mul = function(t) return t * t end,
  __div = function(t) return t / t end,
  __mod = function(t) return t % t end,
  __pow = function(t) return t ^ t end,
  __unm = function(t) return -t end,
  __lt = function(t, other) return t < other end,
  __le = function(t, other) return t <= other end,
  __eq = function(t, other) return t == other end,
  __tostring = function(t) return tostring(t) end,
}
for event, way in pairs(ways) do
  local metatable = {}
  metatable[event] = function(...)
    local result = way(...) -- no tail call
    return result
  end
  local a, b = setmetatable({}, metatable), setmetatable({}, metatable)
  assert(fails(event, way, a, b):find("stack overflow") or event == "__tostring", event)
  -- The same within a coroutine, a comparison, a replacement and a loop.
  fails(event, coroutine.wrap(function() local result = way(a, b) return result end))
  fails(event, table.sort, {1, 2, 3}, function() return way(a, b) end)
  fails(event, string.gsub, "x", "x", function() way(a, b) end)
  fails(event, function() for _ in way, a, b do end end)
end
-- A text is joined from the right: each part calls.
local part = setmetatable({}, {__concat = function(a, b) return a .. b end})
fails("joined", function() return part .. part .. part .. part end)
-- __lt stands in for __le, and each calls the other.
local metatable = {}
metatable.__lt = function(a, b) return a <= b end
metatable.__le = function(a, b) return a < b end
local x, y = setmetatable({}, metatable), setmetatable({}, metatable)
fails("compared", function() return x < y end)
