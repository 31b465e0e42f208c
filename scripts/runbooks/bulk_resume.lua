-- Lets a bulk run go on.

local p = args.declare {
  summary = "Let a paused bulk run go on, or continue one that was killed or stopped.",
  id = {positional = true, required = true, doc = "the run"},
  continue = {type = "boolean", doc = "go on with it in this process, if no other works on it"},
}

local report = require "parts.bulk_run".report
if p.continue then
  report(dbos.continue_bulk(p.id), "done")
  return
end
local run = dbos.unpause_bulk(p.id)
local held = run.holder and run.held_until and run.held_until > time.now()
if not held and run.state ~= "done" then
  log.error(("no process works on %s: dbos-script bulk resume %s --continue does so here"):format(p.id, p.id))
  exit(2)
end
report(run, "running")
