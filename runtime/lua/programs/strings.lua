local words, total = {}, 0
for i = 1, 3000 do
  local word = "w" .. i % 100 .. "-" .. i
  words[#words + 1] = word:upper():sub(2)
  total = total + #word
end
local line = table.concat(words, ",")
local parts = 0
for part in line:gmatch("[^,]+") do
  if part:find("7", 1, true) then parts = parts + 1 end
end
local counts = {}
for i = 1, #line, 3 do
  local c = line:sub(i, i)
  counts[c] = (counts[c] or 0) + 1
end
return total .. " " .. parts .. " " .. counts["1"]
