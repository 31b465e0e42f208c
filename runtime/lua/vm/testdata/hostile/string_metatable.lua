-- The metatable of strings is the host's; what a script does to the table string stays in its own state.
assert(getmetatable("") == false)
assert(not pcall(setmetatable, "", {}))
assert(not pcall(setmetatable, print, {__index = {}}))
assert(not pcall(setmetatable, 1, {}))
string.rep = function() return "mine" end
assert(("x"):rep(3) == "mine")
local joined = "a" .. "b" -- concatenation asks no table that a script can write
assert(joined == "ab")
getmetatable("").__index = {} --! "attempt to index a boolean value"
