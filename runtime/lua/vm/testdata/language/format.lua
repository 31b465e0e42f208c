assert(string.format("%i %u %d", 1, 2, -3.7) == "1 2 -3")
assert(string.format("%a", 1) == "0x1p+0" and string.format("%a", 0.5) == "0x1p-1" and string.format("%A", 10) == "0X1.4P+3")
assert(string.format("%5d|%-5d|%05d|%+d|% d", 42, 42, 42, 42, 42) == "   42|42   |00042|+42| 42")
assert(string.format("%x %X %#x %o", 255, 255, 255, 8) == "ff FF 0xff 10")
assert(string.format("%x", -1) == "ffffffffffffffff")
assert(string.format("%5.2f|%e|%g|%g|%g", 3.14159, 12345.678, 0.1, 1e20, 100000) == " 3.14|1.234568e+04|0.1|1e+20|100000")
assert(string.format("%.3g|%.0f|%.10g", 1234.5, 2.5, 0.1) == "1.23e+03|2|0.1")
assert(string.format("%s|%10s|%-10s|%.2s", "x", "x", "x", "xyz") == "x|         x|x         |xy")
assert(string.format("%s %s %s", nil, true, 12) == "nil true 12")
assert(string.format("%s", setmetatable({}, {__tostring = function() return "shown" end})) == "shown")
assert(string.format("%c%c", 72, 105) == "Hi" and string.format("100%%") == "100%")
assert(string.format("%q", 'a "b"\n\\\0') == '"a \\"b\\"\\\n\\\\\\000"')
assert(loadstring("return " .. string.format("%q", "\r\n\"\\\0x"))() == "\r\n\"\\\0x")
assert(string.format("%5s|%g|%g|%f", "äö", 1 / 0, -1 / 0, 1 / 0) == " äö|inf|-inf|inf")
assert(string.format("%d", "12") == "12" and string.format("%s", 12.5) == "12.5")
assert(not pcall(string.format, "%d", 1e300) and not pcall(string.format, "%d", 0 / 0))
assert(not pcall(string.format, "%d", "x") and not pcall(string.format, "%d", {}))
assert(not pcall(string.format, "%y", 1) and not pcall(string.format, "%") and not pcall(string.format, "%5"))
assert(not pcall(string.format, "%100d", 1) and not pcall(string.format, "%.100f", 1))
---
string.format("%s and %s", 1) --! "bad argument #3 to 'format' .no value for %s of the format."
---
string.format("%d", nil) --! "bad argument #2 to 'format' .number expected, got nil."
