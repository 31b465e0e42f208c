-- Says why workflows move, or do not: the reasons that the database shows, the most important first.

local p = args.declare {
  summary = "Explain why workflows move or do not move.",
  ids = {type = "list", positional = true, required = true, doc = "the workflows; also schedules, runs that they have not started, and deduplication ids"},
}

-- One line that says which workflow it is.
local function head(why)
  local words = {why.workflow_id, why.name or "(no name)", why.status or "(no workflow)"}
  if why.queue_name then words[#words + 1] = ("on queue %q"):format(why.queue_name) end
  if why.application_name then words[#words + 1] = ("of %q"):format(why.application_name) end
  return table.concat(words, "  ")
end

-- The reasons for people: each with its evidence, and the command that helps.
local function card(why)
  print(head(why))
  for i, reason in ipairs(why.reasons) do
    print(("  %d. %s  [%s]"):format(i, reason.text, reason.cause))
    for _, line in ipairs(reason.evidence or {}) do print("       " .. line) end
    if reason.command then print("     try: " .. reason.command) end
  end
end

local missing = 0
for i, id in ipairs(p.ids) do
  local ok, why = pcall(dbos.explain, id)
  if not ok then
    if why.code ~= "NonExistentWorkflow" then error(why) end
    log.error(("there is no workflow %q"):format(id))
    missing = missing + 1
  elseif args.output == "table" then
    if i > 1 then print() end
    card(why)
  else
    emit(why)
  end
end

if missing == #p.ids then exit(1) end
if missing > 0 then exit(4) end
