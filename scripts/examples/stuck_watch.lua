-- Posts to a webhook why workflows do not move, as `dbos-script why` explains it, and posts again
-- only when something changes: a new problem, or one that is gone. A problem is a cause with the
-- name and the queue of the workflows that have it. The file --state holds what was posted last.
--
--   dbos-script serve jobs --read-only --allow-net=hooks.example.com --allow-read=state --allow-write=state
--
-- The folder state has to exist. `serve` takes the defaults below, so write the webhook there; without
-- one the script shows its rows and posts nothing.

schedule.declare {cron = "*/5 * * * *", overlap = "skip", missed = "run_once", timeout = "4m"}

local p = args.declare {
  summary = "Posts why workflows do not move, when that changes.",
  webhook = {type = "string", secret = true, doc = "the URL to post to; nothing is posted when not given"},
  after = {type = "duration", default = "15m", doc = "how old an unfinished workflow is that should have moved"},
  max = {type = "integer", default = 100, min = 1, doc = "explain at most so many workflows, the oldest first"},
  name = {type = "list", doc = "only workflows with one of these names"},
  state = {type = "string", default = "state/stuck_watch.json", doc = "the file with what was posted last"},
}

-- Returns the problems, each with its first workflow as the example.
local function problems()
  local found, by_key = {}, {}
  local unfinished = {status = {"ENQUEUED", "PENDING", "DELAYED"}, end_time = time.ago(p.after), name = p.name, limit = p.max}
  for _, wf in ipairs(dbos.list_workflows(unfinished)) do
    local why = dbos.explain(wf.id)
    local reason = why.reasons[1]
    local key = table.concat({reason.cause, why.name or "", why.queue_name or ""}, "/")
    if why.stuck and not by_key[key] then
      by_key[key] = {problem = key, workflows = 0, example = wf.id, text = reason.text, command = reason.command}
      found[#found + 1] = by_key[key]
    end
    if why.stuck then by_key[key].workflows = by_key[key].workflows + 1 end
  end
  return seq.to_array(seq.sort_by(found, "problem"))
end

local function line(row)
  return ("%d x %s: %s (%s)%s"):format(row.workflows, row.problem, row.text, row.example, row.command and "\n    " .. row.command or "")
end

local rows = problems()
local keys = table.concat(seq.to_array(seq.map(rows, function(row) return row.problem end)), "\n")
local before = fs.exists(p.state) and fs.read(p.state) or ""
emit(rows, {columns = {"problem", "workflows", "example", "text", "command"}})
if keys == before then exit() end

local text = #rows == 0 and "All workflows move again." or table.concat(seq.to_array(seq.map(rows, line)), "\n")
if p.webhook then http.post(p.webhook, {json = {text = text, problems = json.array(rows)}, check = true, retries = 3}) end
fs.write(p.state, keys) -- after the post, so that the next run repeats one that has failed
log.info(p.webhook and "posted" or "changed", {problems = #rows})
