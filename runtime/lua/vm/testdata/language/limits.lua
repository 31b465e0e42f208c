-- What does not fit into the registers of a function is reported where it is.
local names = {}
for i = 1, 250 do names[i] = "local v" .. i .. " = " .. i end
local f, message = loadstring(table.concat(names, "\n"))
assert(f == nil and message:find(":201: too many local variables: 201 here", 1, true), message)
local args = {}
for i = 1, 300 do args[i] = tostring(i) end
f, message = loadstring("local a\n\nreturn print(" .. table.concat(args, ",") .. ")")
assert(f == nil and message:find(":3: too many values at once: 300 here", 1, true), message)
f, message = loadstring("return function()\nlocal x = 1\nfoo(" .. table.concat(args, ",") .. ")\nend")
assert(f == nil and message:find(":3: too many values at once: 300 here", 1, true), message)
local branches = {"if x == 0 then return 0"}
for i = 1, 900 do branches[#branches + 1] = "elseif x == " .. i .. " then return " .. i end
assert(loadstring("local x = ... " .. table.concat(branches, " ") .. " end")(450) == 450)
