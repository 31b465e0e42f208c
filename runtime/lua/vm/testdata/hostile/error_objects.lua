-- An error value with a __tostring that fails, and one that is an error again.
local bad = setmetatable({}, {__tostring = function() error("again") end})
local ok, e = pcall(error, bad)
assert(not ok and e == bad)
assert(not pcall(tostring, bad))
local loop = setmetatable({}, {__tostring = function(self) return tostring(self) end})
ok, e = pcall(tostring, loop)
assert(not ok and e:find("stack overflow"))
ok, e = xpcall(function() error("first") end, function() error("second") end)
assert(not ok)
ok, e = xpcall(error, function(m) return setmetatable({}, {__index = error}) end)
assert(not ok and type(e) == "table")
error(bad) --! "a value whose __tostring fails"
