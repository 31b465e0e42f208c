-- Assigning a global is allowed everywhere, reading an undefined one is an error.
answer = 42
local function set() other = 1 end
set()
assert(answer == 42 and other == 1 and _G.answer == 42)
assert(rawget(_G, "nothing") == nil)
answer = nil
assert(rawget(_G, "answer") == nil and answer == nil)
assert(_VERSION == "Lua 5.1" and _G._G == _G)
---
pritn("x") --! "undefined global \"pritn\" .did you mean \"print\"\?."
---
local statuses = {}
for _, s in ipairs(statusses) do end --! "undefined global \"statusses\" .did you mean \"statuses\"\?."
---
local batch = 10
local function f() return bacth + batch end --! "undefined global \"bacth\" .did you mean \"batch\"\?."
f()
---
if undefined_flag then end --! "undefined global \"undefined_flag\""
---
return _G.undefined_field --! "undefined global \"undefined_field\""
---
io.open("x") --! "undefined global \"io\" .scripts print, and read and write files"
---
package.path = "x" --! "undefined global \"package\" .a module is a file beside the script"
---
return True --! "undefined global \"True\" .truth values"
---
found = nil
assert(found == nil and _G.found == nil)
found = 1
found = nil
assert(found == nil and not found)
local function set() first, second = 1 end
set()
assert(first == 1 and second == nil)
print = nil
assert(print == nil)
---
local function later() assigned = 1 end
return assigned --! "undefined global \"assigned\""
