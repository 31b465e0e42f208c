--? output=100000
local line = ("x"):rep(1000)
while true do
  pcall(print, line) --! Output "wrote more than 100000 bytes"
end
