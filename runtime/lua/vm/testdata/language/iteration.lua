local t = setmetatable({}, {__pairs = function(t) return function(_, k) if not k then return 1, "one" end end, t, nil end})
local seen = {}
for k, v in pairs(t) do seen[k] = v end
assert(seen[1] == "one")
local plain = {10, 20, 30, x = 1}
local n = 0
for _ in pairs(plain) do n = n + 1 end
assert(n == 4)
for k in pairs(plain) do plain[k] = nil end
assert(next(plain) == nil)
-- ipairs reads through __index.
local list = setmetatable({}, {__index = function(_, i) if i <= 3 then return i * 10 end end})
local sum = 0
for _, v in ipairs(list) do sum = sum + v end
assert(sum == 60)
for i, v in ipairs({1, 2, nil, 4}) do assert(i < 3) end
assert(not pcall(ipairs) and not pcall(ipairs, 1) and not pcall(pairs, nil))
assert(select("#") == 0 and select("#", nil, nil) == 2 and select(2, "a", "b") == "b" and select(-1, "a", "b") == "b")
assert(not pcall(select, 0) and not pcall(select, -2, 1))
assert(rawlen({1, 2}) == 2 and rawlen("abc") == 3 and rawequal(t, t) and not rawequal(t, {}))
assert(#setmetatable({}, {__len = function() return 7 end}) == 7)
assert(type(nil) == "nil" and not pcall(type))
