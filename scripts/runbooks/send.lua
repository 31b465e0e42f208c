-- Sends a message to workflows by ids, or by a filter, in batches.

local p = args.declare {
  summary = "Send a message to workflows.",
  ids = {type = "list", positional = true, doc = "the workflows"},
  message = {required = true, doc = "the message as JSON: a text stands in double quotes"},
  status = {
    short = "s", type = "list", values = {"DELAYED", "ENQUEUED", "PENDING", "SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"},
    doc = "only workflows in one of these states; all that have not ended when not given",
  },
  name = {short = "n", type = "list", doc = "only workflows with one of these names"},
  queue = {short = "q", type = "list", doc = "only workflows that are on one of these queues"},
  since = {type = "time", doc = "only workflows created at or after this time, such as 24h or 2026-11-23"},
  ["until"] = {type = "time", doc = "only workflows created at or before this time"},
  prefix = {type = "list", doc = "only workflows whose id starts with one of these texts"},
  version = {type = "list", doc = "only workflows of one of these application versions"},
  executor = {type = "list", doc = "only workflows that one of these executors ran"},
  limit = {type = "integer", min = 1, doc = "at most so many workflows"},
  batch = {type = "integer", default = 5000, min = 1, doc = "messages in one call"},
  topic = {doc = "the topic that the workflows receive it by; none when not given"},
  idempotency_key = {doc = "each workflow gets one message with this key, however often it is sent"},
}

local ok, message = pcall(json.decode, p.message)
if not ok then
  log.error(("--message: %s is no JSON; a text is written %s"):format(p.message, "'" .. json.encode(p.message) .. "'"))
  exit(2)
end

local bulk = require "parts.bulk"
local selection = bulk.selection(p, "--status", {status = {"DELAYED", "ENQUEUED", "PENDING"}, executor_ids = p.executor})
bulk.each(selection, p.batch, function(ids)
  local messages = {}
  for i, id in ipairs(ids) do
    messages[i] = {destination_id = id, message = message, topic = p.topic, idempotency_key = p.idempotency_key}
  end
  dbos.send_many(messages)
end)
