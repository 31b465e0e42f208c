-- Workflows of every kind and state for lists, each created in a millisecond of its own.
local dbos = require "dbos"
local time = require "time"
local args = require "args"

local p = args.declare {
  summary = "Make workflows of every kind for lists",
  class = {type = "string", default = "", doc = "the class of the workflows"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function enqueue(id, workflow, input, options)
  options = options or {}
  options.workflow_id, options.class_name = "list-" .. id, p.class ~= "" and p.class or nil
  time.sleep(0.005)
  return dbos.enqueue("ordinary", workflow, input, options)
end

local function portable(value) return dbos.portable_args{positional = {value}} end

local done = {enqueue("same-1", "same", portable("a")), enqueue("same-2", "same", portable({n = 1}), {priority = 5})}
done[3] = enqueue("same-user", "same", portable("b"), {authenticated_user = "ada"})
enqueue("same-cancelled", "same", portable("c"), {delay = "1h"})
dbos.cancel_workflow("list-same-cancelled")
done[4] = enqueue("pinned", "same", portable("d"), {application_version = "v1"})
for _, handle in ipairs(done) do handle:get_result(soon) end
time.sleep(1.1)
local middle = time.now():format("2006-01-02T15:04:05.000Z07:00")
time.sleep(1.1)
enqueue("same-late", "same", portable("e"), {delay = "1h", deduplication_id = "list-dedup"})
local broken = enqueue("broken", "broken", portable("oh"))
assert(not pcall(broken.get_result, broken, soon))
enqueue("brood", "brood", portable("f")):get_result(soon)
local held = enqueue("hold", "hold", portable(""))
time.sleep(0.005)
dbos.fork_workflow{original_workflow_id = "list-same-1", forked_workflow_id = "list-fork", start_step = 0}:get_result(soon)
dbos.send("list-hold", "go", "release")
held:get_result(soon)

emit{middle = middle}
