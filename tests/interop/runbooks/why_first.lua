-- Looks until the first reason of an id has a cause, and wants a text in it, in its evidence or its command.
local dbos = require "dbos"
local any = require "any"

return function(id, cause, text)
  local why
  local ok = pcall(any.await, id, function()
    local found
    found, why = pcall(dbos.explain, id)
    return found and why.reasons[1].cause == cause
  end)
  local reason = ok and why.reasons[1]
  local all = reason and table.concat({reason.text, reason.command or "", table.concat(reason.evidence or {}, "\n")}, "\n")
  if not ok or not all:find(text, 1, true) then
    local shown = type(why) == "table" and require("json").encode(why:to_table()) or tostring(why)
    error(("%s: %s with %q is wanted, not %s"):format(id, cause, text, shown))
  end
  emit{id = id, cause = cause, text = reason.text}
end
