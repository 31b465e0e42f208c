--? time=300ms
local s = ("a"):rep(1e6)
pcall(string.find, s, ("a*"):rep(20) .. "b") --! Timeout "ran longer than 300ms"
while true do end
