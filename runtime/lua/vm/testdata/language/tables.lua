local packed = table.pack(1, nil, 3)
assert(packed.n == 3 and packed[1] == 1 and packed[2] == nil and packed[3] == 3)
assert(select("#", table.unpack(packed, 1, packed.n)) == 3)
assert(table.unpack == unpack and select("#", unpack({})) == 0 and select("#", unpack({}, 1, 3)) == 3)
local moved = table.move({1, 2, 3}, 2, 3, 1)
assert(table.concat(moved, ",") == "2,3,3")
assert(table.concat(table.move({1, 2, 3}, 1, 3, 2), ",") == "1,1,2,3")
assert(table.concat(table.move({1, 2, 3}, 1, 3, 1, {}), ",") == "1,2,3")
assert(table.concat({}) == "" and table.concat({1, "b", 2.5}, "-") == "1-b-2.5" and table.concat({1, 2, 3}, ",", 2) == "2,3")
assert(table.concat({1, 2, 3}, ",", 3, 2) == "" and not pcall(table.concat, {1, {}, 3}) and not pcall(table.concat, {1}, ",", 1, 2))
local big = {}
for i = 1, 20000 do big[i] = i end
assert(#table.concat(big, ",") == 108893)
local list = {}
table.insert(list, "b")
table.insert(list, 1, "a")
table.insert(list, 3, "c")
assert(table.concat(list) == "abc" and table.remove(list) == "c" and table.remove(list, 1) == "a" and #list == 1)
assert(table.remove({}) == nil and table.remove(list, 5) == nil and #list == 1)
assert(not pcall(table.insert, list) and not pcall(table.insert, list, 9, 1) and not pcall(table.insert, list, 0, 1))
assert(not pcall(table.insert, list, 1, 2, 3))
local words = {"pear", "apple", "fig"}
table.sort(words)
assert(table.concat(words, " ") == "apple fig pear")
table.sort(words, function(a, b) return #a < #b end)
assert(words[1] == "fig" and words[3] == "apple")
local copy = {3, 1, 2}
assert(not pcall(table.sort, copy, function() error("x") end) and table.concat(copy) == "312")
assert(not pcall(table.sort, {1, "a"}) and not pcall(table.sort, {1, 2}, 5))
table.sort({3, 1, 2}, function() return true end)
assert(table.maxn({1, 2, [10] = 1, [2.5] = 1}) == 10 and table.maxn({}) == 0 and table.getn({1, 2}) == 2)
-- Constructors, whatever their length and mixture.
local function build(n, more)
  local count = 0
  local function item() count = count + 1 return count end
  local function v(x) return x end
  return assert(loadstring("local item, v = ... return {" .. ("item()"):rep(n, ",") .. more .. "}"))(item, v)
end
for _, n in ipairs {1, 49, 50, 51, 100, 25550, 25552, 30000} do
  for _, more in ipairs {"", ", k = v(5)", ", k = v(5), l = 1", ", v(0), k = v(5)"} do
    local t = build(n, more)
    for i = 1, n do if t[i] ~= i then error(n .. more .. ": item " .. i .. " is " .. tostring(t[i])) end end
    assert(more == "" or t.k == 5, more)
    assert(t[n + 1] == (more:find("v(0)", 1, true) and 0 or nil))
  end
end
for _, n in ipairs {1, 50, 100} do
  local t = build(n, ", (function() return 'x', 'y' end)()")
  assert(t[n + 1] == "x" and t[n + 2] == "y" and t[1] == 1 and t[50] == (n >= 50 and 50 or nil))
end
local mixed = {1, 2, 3, key = tostring(5)}
assert(#mixed == 3 and mixed.key == "5")
local names = {}
for i = 1, 1000 do names[i] = string.format("%q", "name " .. i) end
local constant = loadstring("return {" .. table.concat(names, ", ") .. ", true, 1.5, {x = 1, {}}}")
local first, second = constant(), constant()
first[1] = "changed"
assert(second[1] == "name 1" and second[1000] == "name 1000" and second[1001] == true and second[1002] == 1.5 and #second == 1003)
assert(second[1003].x == 1 and #second[1003][1] == 0 and first[1003] ~= second[1003])
