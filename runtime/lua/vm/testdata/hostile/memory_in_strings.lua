--? memory=256MiB
local t = {}
while true do
  t[#t + 1] = ("x"):rep(3e7) .. #t --! Memory "needs more than 256 MiB"
end
