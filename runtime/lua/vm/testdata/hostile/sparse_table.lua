--? memory=128MiB
local t = {}
t[60000000] = 1
t[4194303] = 1
t[2 ^ 53] = 1
t[-1] = 1
assert(t[60000000] == 1 and t[4194303] == 1 and t[2 ^ 53] == 1)
local many = {}
for i = 1, 1000 do
  many[i] = {}
  many[i][4000000] = 1 --! Memory "needs more than 128 MiB"
end
