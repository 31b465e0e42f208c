--? memory=128MiB
local rows = {{"lol", "lol"}}
for level = 1, 60 do
  local last = rows[#rows]
  for copies = 1, 2 ^ level do
    local row = {}
    for i = 1, math.min(#last, 1e5) do
      row[#row + 1] = last[i]
      row[#row + 1] = last[i]
    end
    rows[#rows + 1] = row --! Memory "needs more than 128 MiB"
  end
end
