-- Lets a bulk run go on.

local p = args.declare {
  summary = "Let a paused bulk run go on, or continue one that was killed or stopped.",
  id = {positional = true, required = true, doc = "the run"},
  continue = {type = "boolean", doc = "go on with it in this process, if no other works on it"},
}

local tell = require "parts.bulk_run".tell
if p.continue then
  tell(dbos.continue_bulk(p.id))
  return
end
local run = dbos.unpause_bulk(p.id)
if not run.holder and run.state ~= "done" then
  log.error(("no process works on %s: dbos-script bulk resume %s --continue does so here"):format(p.id, p.id))
  exit(2)
end
tell(run, "running")
