local function nest(n) return coroutine.wrap(function() return nest(n + 1) end)() end
local ok, message = pcall(nest, 1)
assert(not ok and message:find("resumed inside each other"), message)
-- Each thread has a stack of its own: fill one in every level.
local function fill(level)
  local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
  local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})
  pcall(deep, 1e6)
  pcall(function() return t[1] end)
  return coroutine.wrap(function() return fill(level + 1) end)() --! "resumed inside each other"
end
fill(1)
