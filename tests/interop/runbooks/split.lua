-- Two applications on one database, of which only one knows the tables that the payloads moved to.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Run the same work on a newer and an older application of one database",
  prefix = {type = "string", default = "split", doc = "what the workflow ids start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}
local versions = {"old", "new"}

local function positional(...) return dbos.portable_args{positional = {...}} end

-- What a workflow got, by whom it was run.
local function ran(handle, version)
  local out = handle:get_result(soon)
  local by = handle:get_status().executor_id
  assert(by == "peer-" .. version, "run by " .. by .. ", not by the " .. version .. " one")
  return out
end

local function pinned(version, id) return {workflow_id = id, application_version = version} end

for _, version in ipairs(versions) do
  local id = p.prefix .. "-" .. version
  local out = ran(dbos.enqueue("ordinary", "echo", positional(version, {1, 2}), pinned(version, id)), version)
  assert(out.count == 2 and out.args[1] == version and out.args[2][2] == 2)
  local wf = dbos.list_workflows{workflow_ids = id, load_input = true, load_output = true}[1]
  assert(wf.output.count == 2 and wf.input.positionalArgs[1] == version)

  -- What either ran, both can run again from a fork.
  for _, again in ipairs(versions) do
    local fork = dbos.fork_workflow{original_workflow_id = id, start_step = 0, application_version = again, queue_name = "ordinary"}
    assert(ran(fork, again).args[1] == version)
  end
  local handle = dbos.enqueue("ordinary", "broken", positional(version), pinned(version, id .. "-fails"))
  local ok, err = pcall(handle.get_result, handle, soon)
  assert(not ok and err.cause.message == version, tostring(err))
  local visited = ran(dbos.enqueue("ordinary", "journey", positional(3), pinned(version, id .. "-journey")), version)
  assert(#visited == 3 and visited[3].by == id .. "-journey")

  -- Cancelled while it waits and resumed; and many in one call.
  local waiting = dbos.enqueue("ordinary", "echo", positional("again"), {workflow_id = id .. "-waits", application_version = version, delay = "1h"})
  dbos.cancel_workflow(waiting.workflow_id)
  assert(ran(dbos.resume_workflow(waiting.workflow_id, {queue_name = "ordinary"}), version).args[1] == "again")
  for i, many in ipairs(dbos.enqueue_many("ordinary", "echo", {positional(1), positional(2)}, {application_version = version})) do
    assert(ran(many, version).args[1] == i)
  end
end

-- What is pinned to no version goes to the latest one: a debounce, whose second call gives another input, and the
-- runs of a schedule.
local schedule = p.prefix .. "-ticks"
dbos.create_schedule{schedule_name = schedule, workflow_name = "tick", schedule = "0 0 1 1 *", context = {n = 1}}
for i, version in ipairs(versions) do
  dbos.set_latest_application_version(version)
  local key = p.prefix .. "-" .. version
  local d = dbos.debouncer("echo", {queue_name = "ordinary"})
  d:debounce(key, 60, positional("first"))
  assert(ran(d:debounce(key, 0.2, positional("last")), version).args[1] == "last")
  assert(ran(dbos.trigger_schedule(schedule), version).context.n == 1)
  for _, tick in ipairs(dbos.backfill_schedule(schedule, 2019 + i .. "-06-01T00:00:00Z", 2020 + i .. "-06-01T00:00:00Z")) do
    local told = ran(dbos.retrieve_workflow(tick), version)
    assert(told.type == "date" and told.at == 2020 + i .. "-01-01T00:00:00.000Z", told.at)
  end
end

emit{done = "split"}
