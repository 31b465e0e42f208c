--? time=300ms
local s = ("a"):rep(2e6)
while true do
  pcall(string.gsub, s, ".-.-.-b", "") --! Timeout "ran longer than 300ms"
end
