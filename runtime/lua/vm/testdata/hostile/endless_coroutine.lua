--? time=200ms
local co = coroutine.wrap(function() while true do pcall(coroutine.yield) end end)
while true do pcall(co) end --! Timeout "ran longer than 200ms"
