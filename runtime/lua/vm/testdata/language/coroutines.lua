local co = coroutine.create(function(a, b)
  local c = coroutine.yield(a + b)
  local d, e = coroutine.yield(c * 2)
  return d + e
end)
assert(coroutine.status(co) == "suspended")
assert(select(2, coroutine.resume(co, 1, 2)) == 3)
assert(select(2, coroutine.resume(co, 5)) == 10)
assert(select(2, coroutine.resume(co, 3, 4)) == 7)
assert(coroutine.status(co) == "dead")
local ok, message = coroutine.resume(co)
assert(not ok and message == "cannot resume dead coroutine")
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
assert(gen() == 1 and gen() == 2 and gen() == 3 and gen() == nil and not pcall(gen))
local sum = 0
for i in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i) end end) do sum = sum + i end
assert(sum == 10)
assert(coroutine.running() == nil)
coroutine.wrap(function()
  local self = coroutine.running()
  assert(coroutine.status(self) == "running")
  coroutine.wrap(function()
    assert(coroutine.status(self) == "normal")
    assert(select(2, coroutine.resume(self)) == "cannot resume normal coroutine")
  end)()
end)()
ok, message = pcall(coroutine.wrap(function() error("boom") end))
assert(not ok and message == "script.lua:27: boom", message)
local object = {}
ok, message = pcall(coroutine.wrap(function() error(object) end))
assert(message == object)
assert(not pcall(coroutine.yield) and not pcall(coroutine.create, 1) and not pcall(coroutine.resume, 1))
local function walk(tree) if tree then walk(tree.left) coroutine.yield(tree.value) walk(tree.right) end end
local order = {}
for v in coroutine.wrap(function() walk({value = 2, left = {value = 1}, right = {value = 3}}) end) do order[#order + 1] = v end
assert(table.concat(order) == "123")
for i = 1, 2000 do coroutine.wrap(function() coroutine.yield() end)() end
local tail = coroutine.wrap(function() return coroutine.yield(1) end)
assert(tail() == 1 and tail("end") == "end")
ok, message = pcall(coroutine.wrap(function() local function deep(n) return 1 + deep(n) end return deep(1) end))
assert(not ok and message:find("stack overflow"), message)
local keep
local function overflow(n) local own = n keep = function() return own end return 1 + overflow(n + 1) end
ok, message = pcall(coroutine.wrap(overflow), 1)
assert(not ok and message:find("stack overflow"), message)
assert(keep() == nil or keep() > 100)
ok, message = pcall(overflow, 1)
assert(not ok and message:find("stack overflow") and keep() > 1000)
---
local function step() error("in the thread") end --! "^in the thread$"
coroutine.wrap(function() step() end)()
---
-- What a thread is resumed with is what yield gives: nil where there is less.
local less = coroutine.create(function()
  local a, b = coroutine.yield()
  assert(a == 1 and b == nil)
  local c = coroutine.yield()
  assert(c == nil and select("#", coroutine.yield()) == 0)
  local d, e = 1, coroutine.yield()
  return d, e, c * 2
end)
for _, given in ipairs {{}, {1}, {}, {}} do assert(coroutine.resume(less, unpack(given))) end
local ended, why = coroutine.resume(less)
assert(not ended and why:find([[attempt to perform arithmetic on a nil value (local "c")]], 1, true), why)
