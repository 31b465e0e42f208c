assert(utf8.char(72, 228, 8364, 128512) == "Hä€😀" and utf8.char() == "")
assert(utf8.len("Hä€😀") == 4 and utf8.len("") == 0 and utf8.len("äb", 3) == 1)
local n, bad = utf8.len("a\255b")
assert(n == nil and bad == 2)
assert(utf8.codepoint("ä") == 228 and select("#", utf8.codepoint("aä", 1, -1)) == 2)
assert(utf8.offset("aäb", 3) == 4 and utf8.offset("aäb", -1) == 4 and utf8.offset("aäb", 0, 3) == 2 and utf8.offset("a", 5) == nil)
local all = {}
for p, c in utf8.codes("aä€") do all[#all + 1] = p .. ":" .. c end
assert(table.concat(all, " ") == "1:97 2:228 4:8364")
local characters = {}
for c in ("aä€"):gmatch(utf8.charpattern) do characters[#characters + 1] = c end
assert(#characters == 3 and characters[3] == "€")
assert(not pcall(utf8.codepoint, "\255") and not pcall(utf8.char, -1) and not pcall(utf8.codepoint, "a", 2))
assert(not pcall(function() for _ in utf8.codes("a\255") do end end) and not pcall(utf8.offset, "ä", 1, 2))
