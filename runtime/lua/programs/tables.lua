local rows = {}
for i = 1, 5000 do
  rows[i] = {id = i, name = "row", group = i % 17, done = i % 3 == 0}
end
local groups = {}
for _, row in ipairs(rows) do
  local group = groups[row.group]
  if not group then
    group = {count = 0, sum = 0}
    groups[row.group] = group
  end
  group.count = group.count + 1
  if row.done then group.sum = group.sum + row.id end
end
local keys, sum = 0, 0
for key, group in pairs(groups) do
  keys, sum = keys + key, sum + group.sum
end
for i = #rows, 1, -2 do rows[i] = nil end
local left = 0
for _ in pairs(rows) do left = left + 1 end
return keys .. " " .. sum .. " " .. left
