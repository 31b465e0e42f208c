local function deep(n) return 1 + deep(n + 1) end --! "stack overflow"
local ok, message = pcall(deep, 1)
assert(not ok and message:find("stack overflow"), message)
local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end})
ok, message = pcall(function() return t[1] end)
assert(not ok and message:find("stack overflow"), message)
local called = setmetatable({}, {})
getmetatable(called).__call = function(self) return 1 + self() end
ok, message = pcall(called)
assert(not ok and message:find("stack overflow"), message)
local function sorts() table.sort({3, 2, 1}, function(a, b) sorts() return a < b end) end
ok, message = pcall(sorts)
assert(not ok and message:find("stack overflow"), message)
local function subs() return (("x"):gsub("x", subs)) end
ok, message = pcall(subs)
assert(not ok and message:find("stack overflow"), message)
local function protects() local ok, m = pcall(protects) if not ok then error(m, 0) end end
ok, message = pcall(protects)
assert(not ok and message:find("stack overflow"), message)
local function prints() return tostring(setmetatable({}, {__tostring = prints})) end
ok, message = pcall(prints)
assert(not ok and message:find("stack overflow"), message)
local function loads() return load(function() loads() end) end
ok, message = pcall(loads)
assert(not ok and message:find("stack overflow"), message)
local function handlers() xpcall(error, handlers) error("x") end
pcall(handlers)
local function wide(...) return select("#", ...) + wide(...) end
ok, message = pcall(wide, unpack({}, 1, 200000))
assert(not ok and message:find("stack overflow"), message)
-- The values may fit or not at any point of a call, a tail call included.
local function last(...) return select("#", ...) end
local function levels(n, ...)
  if n == 0 then return last(...) end
  local count = levels(n - 1, ...)
  return count
end
local overflowed = false
for n = 3, 6 do
  for size = 170000, 200000, 15000 do
    ok, message = pcall(levels, n, unpack({}, 1, size))
    if not ok then
      overflowed = true
      assert(message:find("stack overflow"), message)
    end
  end
end
assert(overflowed)
deep(1)
