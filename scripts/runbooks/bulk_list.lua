-- Lists the bulk runs of the database.

local p = args.declare {
  summary = "List the bulk runs, the newest first.",
  state = {short = "s", type = "list", values = {"running", "paused", "stopped", "done"}, doc = "only runs in one of these states"},
  limit = {type = "integer", default = 100, min = 1, max = 1000000, doc = "at most so many runs, the newest"},
}

local found = dbos.list_bulks {state = p.state, limit = p.limit + 1}
local more = #found > p.limit
if more then found[#found] = nil end
emit(found, {columns = {"id", "verb", "state", "done", "total", "changed", "drifted", "created_at", "created_by", "holder", "limits", "reason"}})
if more then log.warn(("these are the newest %d bulk runs, and there are more: --limit N shows them"):format(p.limit)) end
