-- Sends a message to workflows.

local p = args.declare {
  summary = "Send a message to workflows.",
  ids = {type = "list", positional = true, required = true, doc = "the workflows"},
  message = {required = true, doc = "the message as JSON: a text stands in double quotes"},
  topic = {doc = "the topic that the workflows receive it by; none when not given"},
  idempotency_key = {doc = "each workflow gets one message with this key, however often it is sent"},
}

local ok, message = pcall(json.decode, p.message)
if not ok then
  log.error(("--message: %s is no JSON; a text is written %s"):format(p.message, "'" .. json.encode(p.message) .. "'"))
  exit(2)
end

local messages = {}
for i, id in ipairs(p.ids) do
  messages[i] = {destination_id = id, message = message, topic = p.topic, idempotency_key = p.idempotency_key}
end
dbos.send_many(messages)
if not dbos.dry_run then log.info(("%d sent"):format(#messages)) end
