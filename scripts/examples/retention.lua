-- Deletes old finished workflows, the oldest first, and at most --max of them in one run.
--
-- Failed workflows stay longer, because somebody may still look at them. Unfinished workflows and
-- their ancestors always stay. `dbos-script serve` runs it every night with the defaults below; as
-- 1,000 workflows are the most that a run changes without a question, a higher max needs --yes there.

schedule.declare {cron = "30 3 * * *", overlap = "skip", missed = "run_once", timeout = "2h"}

local p = args.declare {
  summary = "Deletes old finished workflows, at most so many in one run.",
  older_than = {type = "duration", default = "30d", min = "1h", doc = "how long ago a workflow has succeeded or was cancelled"},
  failed_older_than = {type = "duration", default = "90d", min = "1h", doc = "how long ago a workflow has failed"},
  keep = {type = "integer", default = 10, min = 1, doc = "how many of each name stay, however old"},
  name = {type = "list", doc = "only workflows with one of these names"},
  max = {type = "integer", default = 1000, min = 1, doc = "at most so many workflows in one run"},
}

local policies = {
  {status = {"SUCCESS", "CANCELLED"}, age = p.older_than},
  {status = {"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}, age = p.failed_older_than},
}

local function selection(policy, before)
  return {older_than = before, keep = p.keep, where = {status = policy.status, name = p.name}}
end

-- Returns a time before which at most max workflows would be deleted: the last one, if all fit.
local function cut(policy, last, plan, max)
  if plan.count <= max then return last, plan.count end
  local low, high, fit = plan.oldest, last, 0
  for _ = 1, 40 do -- down to a millisecond
    local middle = low + (high - low) / 2
    local count = dbos.plan_prune(selection(policy, middle)).count
    if count > max then high = middle else low, fit = middle, count end
    if count <= max and count > max * 0.9 then break end
  end
  return low, fit
end

local rows, rest, left = {}, p.max, 0
for _, policy in ipairs(policies) do
  local last = time.ago(policy.age)
  local plan = dbos.plan_prune(selection(policy, last))
  local before, count = cut(policy, last, plan, rest)
  if count > 0 then
    local pruned = dbos.prune(selection(policy, before))
    rows[#rows + 1] = {states = table.concat(policy.status, ", "), before = before, deleted = pruned.deleted, bytes = pruned.bytes}
  end
  rest, left = rest - count, left + plan.count - count
end
emit(rows, {columns = {"states", "before", "deleted", "bytes"}})
if left > 0 then log.warn("more are old enough, and are left for the next run", {left = left, max = p.max}) end
