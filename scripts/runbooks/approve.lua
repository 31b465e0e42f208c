-- Answers the question of a durable run.

local p = args.declare {
  summary = "Approve, or refuse, what a durable run asks for.",
  run = {type = "string", positional = true, required = true, doc = "the run, by its id"},
  deny = {type = "boolean", doc = "refuse it"},
  comment = {doc = "what to say to the run"},
}

local topic = "dbos-script.approval"
local found, handle = pcall(dbos.retrieve_workflow, p.run)
if not found and handle.code ~= "NonExistentWorkflow" then error(handle) end
if not found then
  log.error(("there is no durable run %q; `dbos-script runs` lists the runs"):format(p.run))
  exit(2)
end
local status = handle:get_status()
local asked, request = pcall(dbos.get_event, p.run, topic, 0)
if not asked and request.code ~= "Timeout" then error(request) end
if not asked or request == nil then
  log.error(("the run %s has asked for no approval: it is %s"):format(p.run, status.status))
  exit(2)
end
if request.state ~= "asked" then
  log.error(("%q is answered already: %s%s"):format(request.question, request.state, request.by and request.by ~= "" and " by " .. request.by or ""))
  exit(2)
end
if status.completed_at then
  log.error(("the run %s has ended already: %s"):format(p.run, status.status))
  exit(2)
end

for _, message in ipairs(handle:messages()) do
  if message.topic == topic .. "." .. request.id then
    log.error(("%q is answered already, and the run has not come to it yet"):format(request.question))
    exit(2)
  end
end

log.info(("%s asks: %s"):format(p.run, request.question))
if request.details ~= nil and request.details ~= json.null then log.info(json.encode(request.details)) end

local by = env.get("USER") or env.get("LOGNAME") or env.get("USERNAME") or ""
dbos.send(p.run, {approved = not p.deny, by = by, comment = p.comment or ""}, topic .. "." .. request.id, {idempotency_key = topic .. "." .. request.id})
if not dbos.dry_run then log.info(p.deny and "refused" or "approved") end
