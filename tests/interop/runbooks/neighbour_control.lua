-- Cancels, resumes and forks of workflows of one of several applications on a database.
local dbos = require "dbos"
local json = require "json"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Control the workflows of one of several applications",
  app = {type = "string", required = true, doc = "the application"},
  queue = {type = "string", required = true, doc = "its queue"},
  language = {type = "string", doc = "its SDK"},
}

local soon = {timeout = 20, polling_interval = 0.05}
local function id(which) return p.app .. "-" .. which end

local held = dbos.enqueue(p.queue, "hold", "", {workflow_id = id("held")})
for _ = 1, 200 do
  if held:get_status().status == "PENDING" then break end
  time.sleep(0.05)
end
dbos.cancel_workflow(id("held"))
assert(held:get_status().status == "CANCELLED")
dbos.resume_workflow(id("held"), {queue_name = p.queue})
dbos.send(id("held"), "go on", "release")
assert(held:get_result(soon) == "go on")

-- A fork goes to the application of its original, on the internal queue that all applications share.
local first = dbos.enqueue(p.queue, "journey", 3, {workflow_id = id("journey")})
assert(#first:get_result(soon) == 3)
local steps = dbos.get_workflow_steps(id("journey"))
local fork = dbos.fork_workflow{original_workflow_id = id("journey"), forked_workflow_id = id("fork"), start_step = steps[2].step_id}
local visited = fork:get_result(soon)
assert(visited[1].by == id("journey") and visited[2].by == id("fork") and visited[3].by == id("fork"), json.encode(visited))
assert(fork:get_status().executor_id == p.app .. "-1")

emit{done = "control"}
