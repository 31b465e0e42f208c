-- Calls of Go that call Lua that calls Go, each by itself and all in turns. deep_recursion.lua has the protected ones.
local function fails(name, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, name .. " did not fail")
  assert(#tostring(message) < 2000 and not tostring(message):find("runtime error"), name .. ": " .. tostring(message))
end
local step
local bridges = {
  sort = function() table.sort({3, 2, 1}, function(a, b) step() return a < b end) end,
  gsub = function() return (("x"):gsub("x", function() step() end)) end,
  gsub_table = function() return (("x"):gsub("x", setmetatable({}, {__index = function() step() end}))) end,
  load = function() local made, e = load(function() step() end) if not made then error(e, 0) end end,
  foreach = function() table.foreach({1}, function() step() end) end,
  foreachi = function() table.foreachi({1}, function() step() end) end,
  tostring = function() return tostring(setmetatable({}, {__tostring = function() step() return "" end})) end,
  format = function() return ("%s"):format(setmetatable({}, {__tostring = function() step() return "" end})) end,
  iterator = function() for _ in function() step() end do end end,
  index = function() return setmetatable({}, {__index = function() step() end}).x end,
  concat = function() return setmetatable({}, {__concat = function() step() return "" end}) .. "" end,
  wrap = function() coroutine.wrap(function() step() end)() end,
  resume = function() local ok, e = coroutine.resume(coroutine.create(function() step() end)) if not ok then error(e, 0) end end,
  loadstring = function() setfenv(loadstring("step()"), {step = step})() end,
}
local names = {}
for name in pairs(bridges) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do
  step = function() bridges[name]() return 1 end
  fails(name, step)
end
local all = 0
step = function()
  all = all + 1
  bridges[names[all % #names + 1]]()
  return 1
end
fails("all in turns", step)
