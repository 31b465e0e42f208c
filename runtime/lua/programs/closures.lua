local function counter(step)
  local n = 0
  return function() n = n + step return n end
end
local function compose(f, g) return function(x) return f(g(x)) end end
local function map(list, f)
  local out = {}
  for i = 1, #list do out[i] = f(list[i]) end
  return out
end

local next = counter(3)
local add = function(x) return x + next() end
local twice = compose(add, function(x) return x * 2 end)
local list = {}
for i = 1, 50 do list[i] = i end
local sum = 0
for _ = 1, 60 do
  for _, x in ipairs(map(list, twice)) do sum = sum + x end
  local local_next = counter(1)
  for _ = 1, 100 do sum = sum + local_next() end
end
return sum
