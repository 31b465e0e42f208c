-- error(message, 2) blames the caller; assert and pcall carry any value through.
local function inner() error("blame", 2) end
local function outer() inner() end
local ok, message = pcall(outer)
assert(not ok and message == "script.lua:3: blame", message)
ok, message = pcall(function() error("here") end)
assert(message == "script.lua:6: here", message)
ok, message = pcall(function() error("plain", 0) end)
assert(message == "plain")
ok, message = pcall(error)
assert(not ok and message == nil)
local object = {code = "Busy"}
ok, message = pcall(error, object, 2)
assert(message == object)
ok, message = pcall(assert, false, object)
assert(message == object)
ok, message = pcall(assert, nil, "reason")
assert(message == "reason")
ok, message = pcall(assert, nil)
assert(message:find("assertion failed!"))
assert(select("#", assert(1, 2, 3)) == 3)
-- xpcall passes arguments on and calls its handler where the error was raised.
local function add(a, b) return a + b, "sum" end
local good, sum, word = xpcall(add, print, 1, 2)
assert(good and sum == 3 and word == "sum")
local function fails(x) local y = x.field.field return y end
local _, trace = xpcall(fails, debug.traceback, {})
assert(trace:find("in function <script.lua:26>", 1, true), trace)
ok, message = xpcall(error, function(m) return "handled " .. m end, "x", 0)
assert(not ok and message == "handled x")
assert(not pcall(xpcall, print, nil))
-- Variables outside of a failed call stay shared with the functions that use them.
local count = 0
local function bump() count = count + 1 end
pcall(error, "x")
bump()
assert(count == 1)
pcall(function() bump() pcall(error, "y") bump() error("z") end)
bump()
assert(count == 4)
local kept
xpcall(function() local own = 1 kept = function() own = own + 1 return own end error("x") end, function() end)
local a, b, c, d, e = 10, 20, 30, 40, 50
assert(kept() == 2 and kept() == 3 and a + b + c + d + e == 150)
local co = coroutine.wrap(function() pcall(error, "x") bump() coroutine.yield() bump() error("end") end)
co()
assert(count == 5 and not pcall(co) and count == 6)
-- A function that failed in a coroutine keeps its variables too.
local inside
co = coroutine.create(function() local own = 7 inside = function() return own end error("x") end)
assert(not coroutine.resume(co) and inside() == 7)
---
error({message = "disk full", code = "NoSpace", hint = "delete something"}) --! "^disk full$"
---
error({1, 2, key = "value", ["odd key"] = true, nested = {deep = {deeper = {}}}}) --! "^\{1, 2, key = \"value\", \[\"odd key\"\] = true, nested = \{deep = \{deeper = \{…\}\}\}\}$"
---
error(setmetatable({}, {__tostring = function() return "my own text" end})) --! "^my own text$"
---
error() --! "the script raised nil"
---
error(print) --! "the script raised function: 0x"
---
error("plain text", 0) --! "^plain text$"
---
local function guarded() error("inside") end --! "^inside$"
local ok, e = pcall(guarded)
error(e, 0)
---
local function f() error("level", 2) end
f() --! "^level$"

-- What a loop keeps for itself has no name in a message, also where the loop ends on the line of the mistake.
ok, message = pcall(function() for i = 1, 2 do end return (function() end)()() end)
assert(not ok and message:find("attempt to call a nil value", 1, true) and not message:find("(for", 1, true), message)
ok, message = pcall(function() local s = {} for i = 1, 3 do s[i] = i end return select("#", load("return (")()) end)
assert(not ok and not message:find("(for", 1, true), message)
