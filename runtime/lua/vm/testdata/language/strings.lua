assert(("x"):rep(3, ",") == "x,x,x" and ("x"):rep(0) == "" and ("x"):rep(-1) == "" and (""):rep(1e12) == "")
assert(("abc"):sub(2) == "bc" and ("abc"):sub(-2, -2) == "b" and ("abc"):sub(0) == "abc" and ("abc"):sub(5) == "" and ("abc"):sub(2, 1) == "")
assert(("abc"):byte() == 97 and ("abc"):byte(-1) == 99 and select("#", ("abc"):byte(1, -1)) == 3 and select("#", ("abc"):byte(10)) == 0)
assert(string.char(72, 105) == "Hi" and ("aBc"):upper() == "ABC" and ("ÄB"):lower() == "Äb" and ("abc"):reverse() == "cba" and ("abc"):len() == 3)
assert(("hello world"):find("o w") == 5 and ("hello"):find("l+") == 3 and ("a.b"):find(".", 1, true) == 2)
assert(("hello"):find("") == 1 and ("hello"):find("", 10) == 6 and ("hello"):find("xyz") == nil and ("a+b"):find("+", 1, true) == 2)
assert(select("#", ("key=val"):find("(%w+)=(%w+)")) == 4 and ("abc"):find("b", -1) == nil and ("abc"):find("b", -2) == 2)
assert(("key = value"):match("^(%w+)%s*=%s*(%w+)$") == "key" and ("abc"):match("()b()") == 2 and ("2026-07-31"):match("%d+", 5) == "07")
assert(("hello world"):gsub("o", "0") == "hell0 w0rld" and select(2, ("hello world"):gsub("o", "0")) == 2)
assert(("hello"):gsub("", "-") == "-h-e-l-l-o-" and ("abc"):gsub("%w", "%0%0") == "aabbcc" and ("abc"):gsub("(a)(b)", "%2%1") == "bac")
assert(("abc"):gsub("%w", "%%") == "%%%" and ("hello world"):gsub("%w+", {hello = "bye"}) == "bye world")
assert(("abc"):gsub("%w", function(c) if c == "b" then return "X" end end) == "aXc" and ("abcabc"):gsub("b", "x", 1) == "axcabc")
assert(("abc"):gsub("^a", "x") == "xbc" and ("aaa"):gsub("^a", "x") == "xaa" and ("abc"):gsub("b", "%1") == "abc")
assert(("x = 1"):gsub("(%w+) = (%w+)", "%2 = %1") == "1 = x" and ("abc"):gsub("b", 5) == "a5c" and ("abc"):gsub("()", "%1") == "1a2b3c4")
assert(not pcall(string.gsub, "abc", "b", "%2") and not pcall(string.gsub, "abc", "b", true) and not pcall(string.gsub, "a", "a", function() return {} end))
local found = {}
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do found[#found + 1] = k .. v end
assert(table.concat(found, " ") == "a1 b2")
found = {}
for w in ("ab"):gmatch("%w-") do found[#found + 1] = "[" .. w .. "]" end
assert(table.concat(found) == "[][][]")
assert(("^a"):gmatch("^a")() == "^a")
for p, n in pairs {["("] = "unfinished capture", ["["] = "missing ']'", ["%"] = "ends with '%'", [")"] = "without its '('", ["%1"] = "capture index"} do
  local ok, message = pcall(string.match, "abc", p)
  assert(not ok and message:find(n, 1, true), tostring(message))
end
function string.trim(s) return (s:gsub("^%s+", ""):gsub("%s+$", "")) end
assert(("  x "):trim() == "x" and #("abc") == 3)
-- Concatenation binds to the right and knows __concat.
local log = {}
local mt = {__concat = function(a, b) log[#log + 1] = (type(a) == "table" and "t" or a) .. (type(b) == "table" and "t" or b) return "r" end}
local object = setmetatable({}, mt)
assert("a" .. "b" .. object == "ar" and object .. "c" .. "d" == "r" and log[1] == "bt" and log[2] == "tcd")
local parts = {}
for i = 1, 400 do parts[i] = "'" .. i .. "'" end
assert(#loadstring("return " .. table.concat(parts, " .. "))() == 1092)
-- A value assigned to a function's last parameter does not spoil the arguments it is made from.
local function f(s) s = (tostring(s)) return s end
local function g(a, s) local b s, b = tostring(s), 2 return s end
local function h(s) s = s .. "x" .. s return s end
local function i(s) s = (s:upper()) return s end
assert(f(5) == "5" and g(1, 6) == "6" and h("a") == "axa" and i("a") == "A")
---
local s = "text"
s.length = 1 --! "attempt to index a string value"
---
return ("x"):bad() --! "attempt to call a nil value .method \"bad\"."
