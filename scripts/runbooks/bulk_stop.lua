-- Stops a bulk run.

local p = args.declare {
  summary = "Stop a bulk run after the batch under way.",
  id = {positional = true, required = true, doc = "the run"},
  comment = {default = "stopped by bulk stop", doc = "the reason, which bulk show has"},
}

require "parts.bulk_run".report(dbos.stop_bulk(p.id, p.comment), "stopped")
