--? time=200ms
local ok = pcall(function()
  for _ in function() return true end do end --! Timeout "ran longer than 200ms"
end)
while true do end
