local function refused(name, pattern)
  local ok, message = pcall(require, name)
  assert(not ok and message:find(pattern), name:sub(1, 100) .. ": " .. message:sub(1, 1000))
end
refused("../secret", "made of words joined by dots")
refused("/etc/passwd", "made of words joined by dots")
refused("..secret", "made of words joined by dots")
refused("lib/../../secret", "made of words joined by dots")
refused("lib\0x", "made of words joined by dots")
refused("", "made of words joined by dots")
refused(("x"):rep(1e6), "file name too long")
refused("folder", "no regular file")
refused("broken", "testdata/modules/broken.lua:1: .*expected")
require "link" --! "cannot read link.lua: path escapes from parent"
