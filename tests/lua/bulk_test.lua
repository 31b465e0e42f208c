-- Changes of many workflows in batches, recorded as bulk runs.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local function enqueue(prefix, count, cancelled)
  local ids = {}
  for i = 1, count do
    ids[i] = ("%s-%d"):format(prefix, i)
    dbos.enqueue("bulk", "wf", i, {workflow_id = ids[i]})
  end
  if cancelled then dbos.cancel_workflows(ids) end
  return ids
end

local function status(id) return dbos.retrieve_workflow(id):get_status() end

describe("dbos.bulk", function()
  it("changes what its filter selects, in batches, and reports", function()
    local ids = enqueue("resumed", 7, true)
    local waiting = enqueue("resumed-not", 2)
    local run = dbos.bulk({workflow_id_prefix = "resumed"}, {id = "storm", batch_size = 3, rps = 1000}):resume {queue_name = "slow"}
    assert.same({"storm", "resume", "done", 7, 7, 7, 0}, {run.id, run.verb, run.state, run.total, run.done, run.changed, run.drifted})
    assert.equal("bulk resume: done, 7 of 7 changed", tostring(run))
    for _, id in ipairs(ids) do assert.equal("slow", status(id).queue_name) end
    assert.equal("bulk", status(waiting[1]).queue_name)
    assert.equal(7, #dbos.list_workflows {queue_name = "slow"})
    local again = dbos.bulk({workflow_id_prefix = "resumed"}, {id = "storm"}):resume {queue_name = "slow"}
    assert.equal(7, again.changed)
    assert.equal("storm", dbos.list_bulks()[1].id)
    assert.equal(1, #dbos.list_bulks {state = "done", limit = 1})
    assert.same({}, dbos.list_bulks {state = {"running", "paused", "stopped"}})
    assert.raises("InvalidOption", dbos.list_bulks, {limit = 0})
    assert.raises("InvalidArgument", dbos.list_bulks, {state = "ended"})
    assert.equal("done", dbos.get_bulk("storm").state)
    local changed = {}
    for change in dbos.bulk_outcomes(dbos.get_bulk("storm"), "changed") do changed[#changed + 1] = change.id end
    assert.same(ids, changed)
    for change in dbos.bulk_outcomes(run, "drifted") do error(change.id) end
    for change in dbos.bulk_outcomes("storm", "unchanged") do error(change.id) end
    assert.raises("InvalidArgument", dbos.bulk_outcomes, 5)
  end)

  it("takes ids, and reports those that do not exist", function()
    local ids = enqueue("named", 2)
    local run = dbos.bulk({ids[1], ids[2], "none"}):cancel()
    assert.same({3, 2, 1}, {run.total, run.changed, run.unknown})
    assert.equal("bulk cancel: done, 2 of 3 changed; 1 unknown", tostring(run))
    run = dbos.bulk({}):cancel()
    assert.same({0, nil}, {run.total, run.id})
  end)

  it("has a method for each verb", function()
    local ids = enqueue("verbs", 3)
    assert.equal(3, dbos.bulk(ids):set_priority({priority = 5}).changed)
    assert.equal(5, status(ids[1]).priority)
    assert.equal(3, dbos.bulk(ids):move({queue_name = "slow"}).changed)
    assert.equal(3, dbos.bulk(ids):send({message = {go = true}, topic = "t"}).changed)
    dbos.bulk(ids):cancel()
    assert.equal(3, dbos.bulk(ids):rerun({queue_name = "slow", from = "start"}).changed)
    dbos.bulk(ids):cancel()
    assert.equal(3, dbos.bulk(ids):rewind({start_step = 0, queue_name = "slow", application_version = "v2", start_step_exists = false}).changed)
    assert.equal("v2", status(ids[3]).application_version)
    dbos.bulk(ids):cancel()
    assert.equal(3, dbos.bulk(ids):fork({start_step = 0, queue_name = "slow", application_version = "v2"}).changed)
    assert.equal(3, #dbos.list_workflows {forked_from = ids})
    assert.equal(3, dbos.bulk(ids):delete().changed)
    assert.equal(0, dbos.count {workflow_ids = ids})
  end)

  it("refuses a filter that selects everything, and bad options", function()
    assert.matches("the filter is empty", assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):resume() end).message)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):rerun() end)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):cancel() end)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):fork({start_from = "failed", start_step_name = "charge", queue_partition_key = "k"}) end)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):rewind({queue_partition_key = "k"}) end)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):delete() end)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):send({message = 1}) end)
    assert.raises("InvalidOption", function() dbos.bulk({limit = 5}):set_priority({priority = 1}) end)
    assert.raises("InvalidOption", function() dbos.bulk({"a"}):move({queue_name = "a", version = "b"}) end)
    assert.raises("InvalidArgument", function() dbos.bulk({staus = "ERROR"}) end)
  end)

  it("has limits, which are kept with the run", function()
    local ids, asked = enqueue("limited", 3, true), {}
    local run = dbos.bulk(ids, {
      concurrency = 5, canary = 3, max_failed_share = 0.25, max_waiting = {queue = "slow", n = 1000},
      pause_when = function(stats)
        asked[#asked + 1] = {stats.total, stats.done, stats.open, stats.failed, stats.failed_share}
        return #asked == 1 and "not yet" or #asked == 2
      end,
    }):resume {queue_name = "limited"}
    assert.same({"done", 3}, {run.state, run.changed})
    assert.same({{3, 0, 0, 0, 0}, {3, 0, 0, 0, 0}, {3, 0, 0, 0, 0}}, asked)
    assert.same({concurrency = 5, canary = 3, max_failed_share = 0.25, max_waiting = {queue = "slow", n = 1000}}, json.decode(run.limits))
    assert.equal(nil, dbos.bulk(ids):cancel().limits)
    local failed = assert.raises("InvalidOption", function() dbos.bulk(ids, {canary = 1.5}):resume() end)
    assert.matches("canary is 1.5", failed.message)
    assert.raises("InvalidOption", dbos.bulk, ids, {max_failed_share = 2})
    assert.raises("InvalidArgument", dbos.bulk, ids, {max_waiting = {queue = "slow"}})
    assert.raises("InvalidOption", function() dbos.bulk(ids, {concurrency = 1}):cancel() end)
  end)

  it("follows what a verb has changed", function()
    local ids = enqueue("watched", 3, true)
    local bulk = dbos.bulk(ids)
    local _, unbegun = pcall(bulk.watch, bulk)
    assert.equal("InvalidArgument", unbegun.code)
    assert.matches("watch: no verb of this bulk has begun a run", unbegun.message)
    local run = bulk:resume {queue_name = "watched"}
    local ended = bulk:watch {until_state = "ended", timeout = "10ms"}
    assert.same({3, 3, 0, false, run.id}, {ended.followed, ended.waiting, ended.running, ended.reached, ended.run_id})
    assert.equal("the timeout of 10ms", ended.reason)
    assert.equal("the timeout of 0s", bulk:watch({timeout = "0s"}).reason)
    dbos.cancel_workflows(ids)
    assert.same({true, 3, {}}, {dbos.watch_bulk(run).reached, dbos.watch_bulk(run.id, {until_state = "taken", timeout = "1s"}).cancelled, ended.failed_ids})
    assert.raises("InvalidOption", dbos.watch_bulk, "nope")
    assert.raises("InvalidArgument", dbos.watch_bulk, run, {until_state = "later"})
    assert.raises("InvalidOption", bulk.watch, bulk, {timeout = "-1s"})
    assert.raises("InvalidArgument", dbos.watch_bulk, 5)
    assert.raises("InvalidOption", bulk.move, bulk, {}) -- the run before is not that of the last verb
    assert.raises("InvalidArgument", bulk.watch, bulk)
  end)

  it("controls runs by their ids", function()
    for _, name in ipairs {"storm"} do
      assert.equal("done", dbos.pause_bulk(name).state)
      assert.equal("done", dbos.unpause_bulk(name).state)
      assert.equal("done", dbos.stop_bulk(name, "enough").state)
      assert.equal(nil, dbos.set_bulk_rate(name, 5).reason)
      assert.equal("done", dbos.continue_bulk(name).state)
    end
    assert.raises("InvalidOption", dbos.get_bulk, "nope")
    assert.raises("InvalidOption", dbos.bulk_outcomes, "nope")
    assert.raises("InvalidOption", dbos.pause_bulk, "nope")
    assert.raises("InvalidOption", dbos.unpause_bulk, "nope")
    assert.raises("InvalidOption", dbos.stop_bulk, "nope")
    assert.raises("InvalidOption", dbos.set_bulk_rate, "nope", 5)
    assert.raises("InvalidOption", dbos.continue_bulk, "nope")
  end)

  it("removes the records of runs that are done", function()
    assert.raises("InvalidOption", dbos.remove_bulks, {})
    assert.equal(0, dbos.remove_bulks {older_than = "30d", keep = 1000})
    assert.equal(true, dbos.remove_bulks {keep = 1} > 0)
    assert.equal(1, #dbos.list_bulks {state = {"done"}})
  end)
end)

t.finish()
