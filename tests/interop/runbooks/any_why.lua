-- Asks why workflows of a running application move, or do not: the first reason must be the true one.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Explain workflows of a running application"
local enqueue, first = any.starter(p, "why"), require "why_first"

-- What nobody takes.
enqueue("queue", "same", 1, {queue = "ordinry"})
first("why-queue", "unknown_queue", '"ordinary"')
enqueue("version", "same", 1, {application_version = "v9"})
first("why-version", "unknown_version", '"v9"')
enqueue("other", "same", 1, {application_name = "shop"})
first("why-other", "other_application", '"shop"')
any.parted(p, "divided")
enqueue("keyless", "same", 1, {queue = "divided"})
first("why-keyless", "no_partition_key", '"divided"')
enqueue("later", "same", 1, {delay = "1h"})
first("why-later", "delayed", "59m")

-- Limits that are reached, with the workflow that holds the place.
any.queue(p, {name = "narrow", concurrency = 1})
any.queue(p, {name = "each", worker_concurrency = 1})
any.queue(p, {name = "rated", rate_limit = {limit = 1, period = 3600}})
for queue, cause in pairs{narrow = "queue_concurrency", each = "worker_concurrency", divided = "partition_concurrency"} do
  local options = function() return {queue = queue, queue_partition_key = queue == "divided" and "a" or nil} end
  enqueue(queue .. "-1", "hold", "", options())
  any.become("why-" .. queue .. "-1", "PENDING")
  enqueue(queue .. "-2", "hold", "", options())
  first("why-" .. queue .. "-2", cause, '"why-' .. queue .. '-1"')
end
enqueue("rated-1", "same", 1, {queue = "rated"}):get_result(any.soon)
enqueue("rated-2", "same", 1, {queue = "rated"})
first("why-rated-2", "rate_limit", "may start 1")

-- What an operator keeps.
any.queue(p, {name = "shut"})
dbos.pause_queue("shut")
enqueue("shut", "same", 1, {queue = "shut"})
first("why-shut", "queue_paused", "dbos-script queues")
enqueue("held", "same", 1, {queue = "shut"})
dbos.hold("why-held")
first("why-held", "held", "dbos-script release why-held")
first("paused", "schedule_paused", "dbos-script schedules --resume paused")
enqueue("unique", "same", 1, {queue = "shut", deduplication_id = "why-key"})
first("why-key", "deduplicated", '"why-unique"')

-- What runs, sleeps or waits.
enqueue("hold", "hold", "")
first("why-hold", "waits_for_message", "message or an event")
enqueue("listen", "listen", "why-hold")
first("why-listen", "waits_for_message", "message or an event")
enqueue("nest", "nest", "why-child")
first("why-nest", "waits_for_child", '"why-child"')
enqueue("long", "linger", 600)
enqueue("deadline", "hold", "", {timeout = "10m"})
enqueue("letter", "hold", "")
any.become("why-deadline", "PENDING")
any.become("why-letter", "PENDING")
first("why-long", "running", "has run on executor")
enqueue("cut", "linger", 3)
any.become("why-cut", "PENDING")
dbos.cancel_workflow("why-cut")
first("why-cut", "cancelled", "a step that was under way goes on")

-- What has ended.
first("why-rated-1", "succeeded", "SUCCESS")
enqueue("broken", "broken", "no such luck")
first("why-broken", "failed", "no such luck")
enqueue("stumble", "stumble", "")
first("why-stumble", "failed", "stumble")

-- A name that no application has registered is taken and left PENDING.
enqueue("slip", "stumbl", "")
first("why-slip", "unknown_name", "dbos-script cancel why-slip")
