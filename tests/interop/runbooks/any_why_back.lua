-- Asks why workflows do not move whose application has come back: first with its version, then with another one.

require("any").declare "Explain workflows of an application that has come back"
local first = require "why_first"

first("why-letter", "dead_letter", "was started 102 times")
first("why-version-old", "old_version", '"v2"')
