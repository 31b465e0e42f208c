-- Two applications on one database, of which only one knows the tables that the payloads moved to.
local dbos = require "dbos"
local args = require "args"

local p = args.declare {
  summary = "Run the same work on a newer and an older application of one database",
  prefix = {type = "string", default = "split", doc = "what the workflow ids start with"},
}

local soon = {timeout = 20, polling_interval = 0.05}

for _, version in ipairs{"old", "new"} do
  local id = p.prefix .. "-" .. version
  local pinned = {workflow_id = id, application_version = version}
  local out = dbos.enqueue("ordinary", "echo", dbos.portable_args{positional = {version, {1, 2}}}, pinned):get_result(soon)
  assert(out.count == 2 and out.args[1] == version and out.args[2][2] == 2)
  local wf = dbos.list_workflows{workflow_ids = id, load_input = true, load_output = true}[1]
  assert(wf.output.count == 2 and wf.executor_id == "peer-" .. version)

  -- What either ran, both can run again from a fork.
  for _, again in ipairs{"old", "new"} do
    local fork = dbos.fork_workflow{original_workflow_id = id, start_step = 0, application_version = again, queue_name = "ordinary"}
    assert(fork:get_result(soon).args[1] == version)
  end
  local failing = {workflow_id = id .. "-fails", application_version = version}
  local handle = dbos.enqueue("ordinary", "broken", dbos.portable_args{positional = {version}}, failing)
  local ok, err = pcall(handle.get_result, handle, soon)
  assert(not ok and err.cause.message == version, tostring(err))
  local journey = {workflow_id = id .. "-journey", application_version = version}
  local visited = dbos.enqueue("ordinary", "journey", dbos.portable_args{positional = {3}}, journey):get_result(soon)
  assert(#visited == 3 and visited[3].by == id .. "-journey")
end

emit{done = "split"}
