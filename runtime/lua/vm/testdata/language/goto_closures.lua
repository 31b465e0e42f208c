-- A jump leaves the variables of the blocks that it leaves, and no others.
local x = 1
local function get() return x end
do goto done end
::done::
x = 2
assert(get() == 2)

-- Each turn of a backward jump has variables of its own.
local fs = {}
do
  local i = 1
  ::top::
  local inner = i
  fs[i] = function() inner = inner + 10 return inner end
  i = i + 1
  if i <= 3 then goto top end
end
assert(fs[1]() == 11 and fs[2]() == 12 and fs[3]() == 13 and fs[1]() == 21)

-- Continue in a loop whose variable is captured.
local kept = {}
for n = 1, 4 do
  local m = n * 10
  if n % 2 == 0 then goto continue end
  kept[#kept + 1] = function() m = m + n return m end
  ::continue::
end
assert(#kept == 2 and kept[1]() == 11 and kept[1]() == 12 and kept[2]() == 33)

-- Out of two loops at once, past a captured variable.
local seen
for a = 1, 3 do
  for b = 1, 3 do
    local c = a * b
    seen = function() c = c + 1 return c end
    if c == 4 then goto out end
  end
end
::out::
local other = 100
assert(seen() == 5 and seen() == 6 and other == 100)
