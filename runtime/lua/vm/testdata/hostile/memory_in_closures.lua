--? memory=128MiB
local last
while true do
  local previous = last
  last = function() return previous end
end --! Memory "needs more than 128 MiB"
