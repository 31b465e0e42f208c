-- Puts a workflow on a queue.

local p = args.declare {
  summary = "Put a workflow on a queue.",
  workflow = {positional = true, required = true, doc = "the name the workflow function is registered under"},
  queue = {short = "q", required = true, doc = "the queue to put it on"},
  input = {doc = "its input as JSON: a text stands in double quotes"},
  id = {doc = "its id; a random UUID when not given. If a workflow has it, nothing is enqueued"},
  delay = {type = "duration", doc = "how long it waits before it is put on the queue"},
  priority = {type = "integer", min = 0, doc = "0 is the highest"},
  deduplication_id = {doc = "at most one unfinished workflow of a queue has this id"},
  partition = {doc = "its partition, if the queue is partitioned"},
  class = {doc = "the class of the function, for applications that dispatch by class"},
  run_version = {doc = "the application version that must run it; when not given, the latest one of its application"},
  strict = {type = "boolean", doc = "an unknown queue, name, class or version is an error"},
}

local input
if p.input then
  local ok, value = pcall(json.decode, p.input)
  if not ok then
    log.error(("--input: %s is no JSON; a text is written %s"):format(p.input, "'" .. json.encode(p.input) .. "'"))
    exit(2)
  end
  input = value
end

local handle = dbos.enqueue(p.queue, p.workflow, input, {
  workflow_id = p.id, delay = p.delay, priority = p.priority, deduplication_id = p.deduplication_id, queue_partition_key = p.partition,
  class_name = p.class, application_version = p.run_version, strict = p.strict,
})
emit {workflow_id = handle.workflow_id}
