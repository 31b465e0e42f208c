-- Leaving Go code in the middle would tear the state; it is an error instead.
local function inside(f) return coroutine.wrap(function() return f() end) end
local function refused(f)
  local ok, message = pcall(inside(f))
  assert(not ok and tostring(message):find("attempt to yield across"), tostring(message))
end
refused(function() table.sort({3, 2, 1}, function() coroutine.yield() end) end)
refused(function() return ("x"):gsub("x", function() coroutine.yield() end) end)
refused(function() for _ in function() coroutine.yield() end do end end)
refused(function() return setmetatable({}, {__index = function() coroutine.yield() end}).x end)
refused(function() return tostring(setmetatable({}, {__tostring = function() coroutine.yield() end})) end)
local co = coroutine.wrap(function() local ok, message = pcall(coroutine.yield) assert(not ok) return message end)
assert(co():find("attempt to yield across"))
assert(coroutine.wrap(coroutine.yield)(1) == 1)
local wrapped = coroutine.wrap(print)
wrapped("end")
wrapped() --! "cannot resume dead coroutine"
