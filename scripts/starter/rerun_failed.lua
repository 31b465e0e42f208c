-- Runs failed workflows again: resumes what can be resumed, and forks the rest from the step that failed, once.
--
--   dbos-script run rerun_failed.lua --db postgres://… --since 6h --dry-run
--   dbos-script run rerun_failed.lua --db postgres://… --since 6h

local p = args.declare {
  summary = "Runs failed workflows again, each once.",
  name = {type = "list", doc = "only workflows with one of these names"},
  since = {type = "duration", default = "24h", doc = "how far back"},
  limit = {type = "integer", default = 100, min = 1, doc = "at most so many workflows"},
  queue = {type = "string", doc = "the queue to put them on; when not given the queue that each was on"},
}

local result = dbos.rerun_workflows(
  {name = p.name, start_time = time.ago(p.since), was_forked_from = false, limit = p.limit},
  {queue_name = p.queue}
)
emit(result.outcomes)
