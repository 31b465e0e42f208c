dbos = {resume_workflow = function() end}
dbos.resume_workflow_s("w1") --! "attempt to call a nil value .field \"resume_workflow_s\". .did you mean \"resume_workflow\"\?."
---
local dbos = {resume_workflow = function() end}
dbos.resum_workflow("w1") --! "field \"resum_workflow\". .did you mean \"resume_workflow\"\?."
---
local account = {deposit = function() end}
account:depsit(1) --! "attempt to call a nil value .method \"depsit\". .did you mean \"deposit\"\?."
---
local Account = {}
Account.__index = Account
function Account.withdraw() end
local a = setmetatable({}, Account)
a:withdraww(1) --! "did you mean \"withdraw\"\?"
---
("text"):uper() --! "method \"uper\". .did you mean \"upper\"\?."
---
string.formt("x") --! "field \"formt\". .did you mean \"format\"\?."
---
local f
f() --! "attempt to call a nil value .local \"f\"."
---
local up
local function g() up() end --! "attempt to call a nil value .upvalue \"up\"."
g()
---
local t = {}
t.a.b() --! "attempt to index a nil value .field \"a\". with the key \"b\""
---
local n = 5
n() --! "attempt to call a number value .local \"n\"."
---
local function pick() end
pick().name = 1 --! "attempt to index a nil value .the result of a call. with the key \"name\""
---
local list
list[1] = 2 --! "attempt to index a nil value .local \"list\"."
---
for k, v in {1, 2} do end --! "^attempt to call a table value .*write pairs.t. or ipairs.t."
---
for k in nil do end --! "^attempt to call a nil value .*needs an iterator function"
---
local t = {}
return t.first + (t.second or print) --! "^attempt to perform arithmetic on a nil value .field \"first\"."
---
local fail = coroutine.wrap(function() (function() do return setmetatable(1, {}) end end)() end) --! "^bad argument #1 to 'setmetatable' "
fail()
---
for i = 1, {} do end --! "limit must be a number, got a table"
---
do local hidden = 1 end
do
  local shown = nil
  shown.x = 1 --! "local \"shown\""
end
---
local x = true
if x then local first = 1 else local second = 2 end
local third
third() --! "local \"third\""
---
local amount
print("total: " .. amount) --! "attempt to concatenate a nil value .local \"amount\"."
---
print("total: " .. {} .. "x") --! "attempt to concatenate a table value"
---
local a, b = 1
print(a < b) --! "attempt to compare number with nil"
---
print(#undefined_length) --! "undefined global \"undefined_length\""
---
local t = {}
print(#t.list) --! "attempt to get length of a nil value .field \"list\"."
---
local t = {}
print(-t.n) --! "attempt to perform arithmetic on a nil value .field \"n\"."
---
table.insert(nil, 1) --! "bad argument #1 to 'insert' .table expected, got nil."
---
pcall(table.insert)
local ok, message = pcall(table.insert, 1) --! "bad argument #1 to 'table.insert' .table expected, got number."
error(message, 0)
---
local t = setmetatable({}, {})
getmetatable(t).__index = t
print(t.x) --! "leads in a circle"
---
local t = {}
t[nil] = 1 --! "table index is nil"
---
local t = {}
t[0 / 0] = 1 --! "table index is NaN"
