--? time=200ms
while true do
  pcall(function() while true do end end) --! Timeout "ran longer than 200ms"
end
