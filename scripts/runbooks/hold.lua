-- Holds workflows that wait, by ids or by a filter.

local p = args.declare {
  summary = "Hold workflows that wait, so that no executor takes them until they are released.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  status = {
    short = "s", type = "list", values = {"DELAYED", "ENQUEUED"},
    doc = "only workflows in one of these states; both when not given",
  },
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  queue = {short = "q", type = "list", doc = "only workflows that are on one of these queues"},
  since = {type = "time", doc = "only workflows created at or after this time, such as 24h or 2026-11-23"},
  ["until"] = {type = "time", doc = "only workflows created at or before this time"},
  prefix = {type = "list", doc = "only workflows whose id starts with one of these texts"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  limit = {type = "integer", min = 1, doc = "at most so many workflows"},
  batch = {type = "integer", default = 5000, min = 1, doc = "workflows in one call"},
}

local bulk = require "parts.bulk"
local selection = bulk.selection(p, "--queue", {status = {"ENQUEUED", "DELAYED"}, held = false})
bulk.run(selection, p.batch, function(ids) return dbos.hold(ids) end)
