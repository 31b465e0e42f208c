-- Follows the workflows that a bulk run has changed.

local p = args.declare {
  summary = "Follow the workflows that a bulk run has changed until they end.",
  id = {positional = true, required = true, doc = "the run"},
  ["until"] = {values = {"ended", "taken"}, default = "ended", doc = "ended: until each has ended; taken: until none waits for an executor"},
  wait = {type = "duration", min = "0.1s", doc = "follow them so long at most; no limit when not given"},
}

local found = dbos.watch_bulk(p.id, {until_state = p["until"], timeout = p.wait})
emit(found)
local ends = p["until"] == "ended"
if not found.reached then
  local open = found.waiting + (ends and found.running or 0)
  exit("error", ("%d of %d %s: %s"):format(open, found.followed, ends and "have not ended" or "still wait for an executor", found.reason))
end
if ends and found.succeeded < found.followed then
  exit(found.succeeded > 0 and "partial" or "error", ("%d of %d succeeded"):format(found.succeeded, found.followed))
end
