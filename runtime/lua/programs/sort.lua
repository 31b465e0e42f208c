local function sort(list, low, high)
  while low < high do
    local pivot, i, j = list[math.floor((low + high) / 2)], low, high
    repeat
      while list[i] < pivot do i = i + 1 end
      while pivot < list[j] do j = j - 1 end
      if i <= j then
        list[i], list[j] = list[j], list[i]
        i, j = i + 1, j - 1
      end
    until i > j
    if j - low < high - i then
      sort(list, low, j)
      low = i
    else
      sort(list, i, high)
      high = j
    end
  end
end

local list, seed = {}, 42
for i = 1, 6000 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  list[i] = seed
end
sort(list, 1, #list)
for i = 2, #list do assert(list[i - 1] <= list[i]) end
return list[1]
