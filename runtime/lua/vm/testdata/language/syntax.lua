local x = 5 // 2 --! Syntax "^\"//\" is integer division of Lua 5.3; this is Lua 5.1$"
---
local x <const> = 5 --! Syntax "\"<const>\" is syntax of Lua 5.4"
---
local x = 5 & 3 --! Syntax "\"&\" is a bit operator of Lua 5.3"
---
local x = ~5 --! Syntax "bit operator of Lua 5.3"
---
local s = "\x41" --! Syntax "the escape \"\\x\" is of a later Lua"
---
local s = "\u{48}" --! Syntax "the escape \"\\u\""
---
local s = "a\z b" --! Syntax "the escape \"\\z\""
---
local s = "\300" --! Syntax "larger than a byte"
---
if x != 1 then end --! Syntax "\"!=\" is not Lua"
---
x += 1 --! Syntax "\"\+=\" is not Lua"
---
x++ --! Syntax "\"\+\+\" is not Lua"
---
if a && b then end --! Syntax "\"&&\" is not Lua"
---
for i = 1, 3 do
  if i == 2 then continue end --! Syntax "unexpected"
end
---
for i = 1, 3 do
  if i == 2 then goto continue end
  ::continue::
end
---
if x = 1 then end --! Syntax "^unexpected \"=\"$"
---
local function f()
  return 1
end
end --! Syntax "unexpected \"end\": nothing is open here"
---
local t = {1, 2
end --! Syntax "\"\}\" expected, got \"end\" .to close \"\{\" at line 1."
---
function f(
  a) return (a
end --! Syntax "\"\)\" expected, got \"end\""
---
while true do
  print("x"
end --! Syntax "\"\)\" expected, got \"end\""
---
local s = "never closed --! Syntax "unfinished"
---
local s = [[ never closed --! Syntax "unfinished long string"
---
local x = 3x --! Syntax "malformed number \"3x\""
---
local x = 1..2 --! Syntax "malformed number \"1..2\""
---
local x = “text” --! Syntax "unexpected character"
---
local end = 1 --! Syntax "unexpected"
---
break --! Syntax "outside of a loop"
---
goto nowhere --! Syntax "^this goto is not possible: no visible label 'nowhere'$"
---
do
  goto inside --! Syntax "^this goto is not possible: jumps into the scope of local 'x'"
  local x = 1
  ::inside::
  print(x)
end
---
local function f() return ... end --! Syntax "outside of a function that takes it"
---
print("x") = 1 --! Syntax "unexpected"
---
--[==== a heading ====
-- is a comment, and so is --[=
local ok = 1 -- [[ no long string
--[[ a long
comment ]] local after = 2
assert(after == 2)
---
local a = "\065\10\
\"" assert(a == "A\n\n\"")
