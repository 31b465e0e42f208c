-- Registered queues and their limits.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local url, schema = args.raw[1], args.raw[2]
if schema == "" then schema = nil end

describe("register_queue", function()
  it("stores every limit", function()
    local q = dbos.register_queue {
      name = "queues-full", concurrency = 10, worker_concurrency = 5, rate_limit = {limit = 100, period = "1m"}, priority_enabled = true,
      polling_interval = "500ms", application_name = "shop", on_conflict = "always_update",
    }
    assert.equal(10, q.concurrency)
    assert.equal(100, q.rate_limit.limit)
    assert.equal(60, q.rate_limit.period)
    assert.equal(0.5, q.polling_interval)
    assert.equal("shop", q.application_name)
    assert.equal(100, dbos.get_queue("queues-full").rate_limit.limit)
    assert.equal(5, dbos.register_queue {name = "queues-full", worker_concurrency = 9, on_conflict = "never_update"}.worker_concurrency)
    assert.raises("InvalidOption", dbos.register_queue,
      {name = "queues-full", on_conflict = "update_if_latest_version", partition_queue = true})
    assert.equal(5, dbos.register_queue {name = "queues-full", on_conflict = "update_if_latest_version", application_version = "v0"}.worker_concurrency)
  end)

  it("takes limits of partitions, where the database has them", function()
    local ok, q = pcall(dbos.register_queue, {name = "queues-partitions", partition_concurrency = 2, partition_worker_concurrency = 1,
      partition_rate_limit = {limit = 1, period = 2}})
    if ok then
      assert.equal(true, q.partition_queue)
      assert.equal(2, dbos.update_queue("queues-partitions", {partition_concurrency = 2, partition_worker_concurrency = 2,
        partition_rate_limit = {limit = 3, period = 2}}).partition_worker_concurrency)
    else
      assert.equal("Unsupported", q.code)
      dbos.register_queue {name = "queues-partitions"}
      assert.raises("Unsupported", dbos.update_queue, "queues-partitions", {partition_concurrency = 2})
    end
    assert.raises("InvalidOption", dbos.register_queue, {name = "queues-wrong", concurrency = 1, worker_concurrency = 2})
  end)

  it("leaves the queue of another application alone", function()
    local c = dbos.connect {database_url = url, database_schema = schema, application_name = "mall"}
    assert.raises("AlreadyExists", c.register_queue, c, {name = "queues-full"})
    assert.raises("AlreadyExists", c.update_queue, c, "queues-full", {concurrency = 9})
    assert.raises("AlreadyExists", c.delete_queue, c, "queues-full")
    assert.equal(1, #c:list_queues {application_name = "shop"})
    for _, q in ipairs(c:list_queues {}) do assert.truthy(q.application_name == nil) end
    local names = {}
    for _, q in ipairs(c:list_queues {unregistered = true}) do names[q.name] = q.unregistered end
    assert.equal(nil, names["queues-full"])
    c:shutdown()
  end)
end)

describe("update_queue and delete_queue", function()
  it("change what is named, and count what is stranded", function()
    local q = dbos.update_queue("queues-full", {concurrency = 20, worker_concurrency = 6, rate_limit = {limit = 5, period = 1},
      priority_enabled = false, polling_interval = 2})
    assert.same({20, 6, 5, false, 2}, {q.concurrency, q.worker_concurrency, q.rate_limit.limit, q.priority_enabled, q.polling_interval})
    q = dbos.update_queue("queues-full", {clear = {"concurrency", "rate_limit"}, partition_queue = true})
    assert.same({true, true, true}, {q.concurrency == nil, q.rate_limit == nil, q.partition_queue})
    assert.raises("InvalidOption", dbos.update_queue, "queues-full", {concurrency = 1})
    dbos.enqueue("queues-full", "wf", 1, {queue_partition_key = "p", application_name = "shop"})
    assert.equal(1, dbos.delete_queue("queues-full"))
    assert.equal(nil, dbos.get_queue("queues-full"))
    assert.raises("QueueNotFound", dbos.delete_queue, "queues-full")
    assert.raises("QueueNotFound", dbos.update_queue, "queues-full", {concurrency = 1})
    assert.raises("InvalidOption", dbos.get_queue, "")
    assert.raises("InvalidOption", dbos.delete_queue, "")
  end)
end)

describe("pause_queue and resume_queue", function()
  it("keep the limits in between", function()
    dbos.register_queue {name = "queues-paused", concurrency = 3, rate_limit = {limit = 5, period = 2}}
    for _ = 1, 2 do
      local q = dbos.pause_queue("queues-paused")
      assert.same({true, 3, 5, 2}, {q.paused, q.concurrency, q.rate_limit.limit, q.rate_limit.period})
    end
    assert.equal(true, dbos.get_queue("queues-paused").paused)
    for _ = 1, 2 do
      local q = dbos.resume_queue("queues-paused")
      assert.same({false, 3, 5, 2}, {q.paused, q.concurrency, q.rate_limit.limit, q.rate_limit.period})
    end
  end)

  it("name what cannot be paused", function()
    local near = {assert.raises("QueueNotFound", dbos.pause_queue, "queues-pausd"), assert.raises("QueueNotFound", dbos.resume_queue, "queues-pausd")}
    local none = {assert.raises("QueueNotFound", dbos.pause_queue, "nowhere"), assert.raises("QueueNotFound", dbos.resume_queue, "nowhere")}
    for i = 1, 2 do
      assert.matches("did you mean \"queues%-paused\"", near[i].message)
      assert.matches("dbos.hold", none[i].hint)
    end
    assert.raises("InvalidOption", dbos.pause_queue, "")
    assert.raises("InvalidOption", dbos.resume_queue, "")
    dbos.register_queue {name = "queues-hers", application_name = "shop"}
    local c = dbos.connect {database_url = url, database_schema = schema, application_name = "mall"}
    assert.raises("AlreadyExists", c.pause_queue, c, "queues-hers")
    assert.raises("AlreadyExists", c.resume_queue, c, "queues-hers")
    c:shutdown()
    dbos.delete_queue("queues-hers")
  end)
end)

t.finish()
