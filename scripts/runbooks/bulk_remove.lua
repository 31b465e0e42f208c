-- Removes the records of bulk runs that are done, by age or all but the newest.

local p = args.declare {
  summary = "Remove the records of bulk runs that are done and old, or all but the newest. The workflows stay as they are.",
  older_than = {type = "time", doc = "only runs that were done before this time, such as 30d or 2026-11-23"},
  keep = {type = "integer", min = 1, doc = "keeps so many of the runs that are done, the last to end"},
}

if not p.older_than and not p.keep then
  log.error("which runs? give --older-than, such as 30d, or --keep, such as 100, or both")
  exit(2)
end
local removed = dbos.remove_bulks {older_than = p.older_than, keep = p.keep}
log.info(("%d bulk run%s removed"):format(removed, removed == 1 and "" or "s"))
