-- getfenv and setfenv reach Lua functions only.
assert(getfenv(print) == _G)
assert(getfenv(0) == _G)
assert(not pcall(setfenv, print, {}))
assert(not pcall(setfenv, 0, {}))
assert(not pcall(setfenv, 50, {}))
assert(not pcall(setmetatable, _G, {}))
assert(getmetatable(_G) == false)
local jail = setfenv(function() return type(print) end, {type = type})
assert(jail() == "nil")
for _, name in ipairs {"io", "package", "dofile", "loadfile", "module", "newproxy"} do
  assert(rawget(_G, name) == nil)
end
for _, name in ipairs {"exit", "execute", "getenv", "remove", "rename", "tmpname"} do
  assert(os[name] == nil)
end
for name in pairs(debug) do assert(name == "traceback") end
os.exit(0) --! "attempt to call a nil value .field .exit.."
