--? time=300ms
local a = ("a"):rep(1e7)
local b = a .. "b"
local t = {}
for i = 1, 10000 do t[i] = i % 2 == 0 and a or b end
table.sort(t) --! Timeout "ran longer than 300ms"
