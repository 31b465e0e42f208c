-- Pauses a bulk run.

local p = args.declare {
  summary = "Pause a bulk run after the batch under way.",
  id = {positional = true, required = true, doc = "the run"},
}

require "parts.bulk_run".report(dbos.pause_bulk(p.id), "paused")
