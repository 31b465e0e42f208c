-- Conversions read numbers as the language writes them: exponents, hexadecimal, no octal, nothing else.
assert(tonumber("1e3") == 1000)
assert(tonumber("  -0x1F ") == -31)
assert(tonumber(".5e-1") == 0.05)
assert(tonumber("5.") == 5)
assert(tonumber("010") == 10)
assert(tonumber("1e") == nil and tonumber("") == nil and tonumber(" ") == nil and tonumber("1_000") == nil)
assert(tonumber("0b1") == nil and tonumber("inf") == nil and tonumber("nan") == nil and tonumber("1 2") == nil)
assert(tonumber("0x") == nil and tonumber("--1") == nil and tonumber("1e+") == nil)
assert(tonumber("ff", 16) == 255 and tonumber("zz", 36) == 1295 and tonumber("-101", 2) == -5 and tonumber("8", 8) == nil)
assert(tonumber("0xff", 16) == 255 and tonumber(12, 10) == 12)
assert(tonumber(nil) == nil and tonumber({}) == nil and tonumber("x") == nil)
assert(not pcall(tonumber) and not pcall(tonumber, "1", 1) and not pcall(tonumber, "1", 37))
-- So do literals and arithmetic on strings.
assert(010 == 10 and 0010 == 10 and 0x10 == 16 and 1e2 == 100 and .5 == 0.5 and 3. == 3)
assert("010" + 1 == 11 and "0x10" * 2 == 32 and -"2" == -2 and "3" ^ "2" == 9 and 7 % "4" == 3 and "-7" % 3 == 2)
assert(not pcall(function() return "1_0" + 1 end))
-- Integers print in full, others with 14 digits.
assert(tostring(9007199254740992) == "9007199254740992")
assert(tostring(1764000000123) == "1764000000123")
assert(tostring(0.1 + 0.2) == "0.3" and tostring(1e100) == "1e+100" and tostring(-1.5) == "-1.5")
assert(tostring(2 ^ 63) == "9.2233720368548e+18" and tostring(1 / 3) == "0.33333333333333")
assert(tostring(1 / 0) == "inf" and tostring(-1 / 0) == "-inf" and tostring(0 / 0):find("nan"))
assert(1 .. "" == "1" and 0.5 .. "x" == "0.5x")
assert(math.huge == 1 / 0 and math.huge > 1.7e308)
---
return "abc" + 1 --! "the string \"abc\", which is no number"
---
local n = tonumber("ten")
return n + 1 --! "attempt to perform arithmetic on a nil value .local \"n\"."
