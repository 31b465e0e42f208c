-- Asks why workflows do not move whose application was killed an hour ago.
require("any").declare "Explain workflows of an application that was killed"
local first = require "why_first"

first("why-hold", "executor_silent", "dbos-script recover why-hold")
first("why-long", "executor_silent", "1h")
first("why-deadline", "deadline_passed", "deadline")
first("why-waits", "no_executor", "start the application")
