local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

-- Reads a workflow with everything there is of it.
local function row(id)
  return dbos.list_workflows {workflow_ids = id, load_input = true, load_output = true}[1]
end

describe("enqueue", function()
  it("gives a handle and makes an ENQUEUED row", function()
    local h = dbos.enqueue("q", "wf", {order = 17})
    assert.equal(h.workflow_id, h:get_workflow_id())
    local wf = row(h.workflow_id)
    assert.equal("ENQUEUED", wf.status)
    assert.equal("wf", wf.name)
    assert.equal("q", wf.queue_name)
    assert.same({order = 17}, wf.input)
    assert.equal(0, wf.attempts)
    assert.equal(nil, wf.application_version)
  end)

  it("takes every option", function()
    local h = dbos.enqueue("q", "wf", 1, {
      workflow_id = "enqueue-options", application_version = "v9", timeout = "90s", deduplication_id = "enqueue-d",
      deduplication_policy = "reject", priority = 7, class_name = "Shop", config_name = "main", delay = "1h",
      authenticated_user = "ann", assumed_role = "admin", authenticated_roles = {"admin", "user"}, strict = false,
    })
    local wf = row(h.workflow_id)
    assert.equal("enqueue-options", wf.id)
    assert.equal("DELAYED", wf.status)
    assert.equal("v9", wf.application_version)
    assert.equal(90, wf.timeout)
    assert.equal("enqueue-d", wf.deduplication_id)
    assert.equal(7, wf.priority)
    assert.equal("Shop", wf.class_name)
    assert.equal("main", wf.config_name)
    assert.equal(3600, wf.delay_until - wf.created_at)
    assert.equal("ann", wf.authenticated_user)
    assert.equal("admin", wf.assumed_role)
    assert.same({"admin", "user"}, wf.authenticated_roles)
    assert.equal("p1", row(dbos.enqueue("q", "wf", 1, {queue_partition_key = "p1"}).workflow_id).queue_partition_key)
  end)

  it("takes attributes, by which it is found", function()
    local h = dbos.enqueue("q", "wf", 1, {attributes = {customer = "enqueue-acme"}})
    local many = dbos.enqueue_many("q", "wf", {1, 2}, {attributes = {customer = "enqueue-many"}})
    dbos.debouncer("wf"):debounce("enqueue-attributes", "1h", 1, {attributes = {customer = "enqueue-late"}})
    assert.equal(h.workflow_id, dbos.list_workflows {attributes = {customer = "enqueue-acme"}}[1].id)
    assert.equal(#many, #dbos.list_workflows {attributes = {customer = "enqueue-many"}})
    assert.equal(1, #dbos.list_workflows {attributes = {customer = "enqueue-late"}})
  end)

  it("rejects an id in use if it is told to", function()
    local once = {workflow_id = "enqueue-reject", workflow_id_reuse_policy = "reject"}
    dbos.enqueue("q", "wf", 1, once)
    local err = assert.raises("WorkflowIDInUse", dbos.enqueue, "q", "wf", 1, once)
    assert.equal("enqueue-reject", err.workflow_id)
    assert.raises("WorkflowIDInUse", dbos.enqueue_many, "q", "wf", {1, 2},
      {workflow_ids = {"enqueue-fresh", "enqueue-reject"}, workflow_id_reuse_policy = "reject"})
    assert.equal(nil, row("enqueue-fresh"))
  end)

  it("is idempotent for an id, and refuses another workflow's", function()
    dbos.enqueue("q", "wf", 1, {workflow_id = "enqueue-same"})
    assert.equal("enqueue-same", dbos.enqueue("q", "wf", 2, {workflow_id = "enqueue-same"}).workflow_id)
    assert.equal(1, row("enqueue-same").input)
    local err = assert.raises("UnexpectedWorkflow", dbos.enqueue, "q", "other", 1, {workflow_id = "enqueue-same"})
    assert.equal("enqueue-same", err.workflow_id)
  end)

  it("holds a deduplication id once", function()
    local first = dbos.enqueue("q", "wf", 1, {deduplication_id = "enqueue-once"})
    local err = assert.raises("QueueDeduplicated", dbos.enqueue, "q", "wf", 2, {deduplication_id = "enqueue-once"})
    assert.equal("enqueue-once", err.deduplication_id)
    assert.equal("q", err.queue_name)
    local again = dbos.enqueue("q", "wf", 3, {deduplication_id = "enqueue-once", deduplication_policy = "return_existing"})
    assert.equal(first.workflow_id, again.workflow_id)
  end)

  it("refuses options that contradict each other or are out of range", function()
    assert.raises("InvalidOption", dbos.enqueue, "q", "wf", 1, {queue_partition_key = "p", deduplication_id = "d"})
    assert.raises("InvalidOption", dbos.enqueue, "q", "wf", 1, {deduplication_policy = "return_existing"})
    assert.raises("InvalidOption", dbos.enqueue, "q", "wf", 1, {priority = 3000000000})
    assert.raises("InvalidOption", dbos.enqueue, "", "wf", 1)
    assert.raises("InvalidOption", dbos.enqueue, "q", "wf", 1, {delay = -1})
    assert.matches("must be at least 0, got %-1$", assert.raises("InvalidOption", dbos.enqueue, "q", "wf", 1, {priority = -1}).message)
    assert.raises("InvalidOption", dbos.enqueue, "q", "wf", 1, {priority = 2147483648})
    assert.raises("InvalidArgument", dbos.enqueue, "q", "wf", 1, {deduplication_policy = "rejekt"})
  end)

  it("takes portable arguments", function()
    local h = dbos.enqueue("q", "wf", dbos.portable_args {positional = {1, "two"}, named = {three = 3}})
    local wf = row(h.workflow_id)
    assert.equal("portable_json", wf.serialization)
    assert.same({positionalArgs = {1, "two"}, namedArgs = {three = 3}}, wf.input)
  end)

  it("refuses what the database has never seen when it is strict", function()
    local err = assert.raises("InvalidOption", dbos.enqueue, "q", "wff", 1, {strict = true})
    assert.matches('did you mean "wf"', err.message)
  end)
end)

describe("enqueue_many", function()
  it("gives the handles in the order of the inputs", function()
    local ids = {}
    for i = 1, 300 do ids[i] = "many-" .. i end
    local inputs = {}
    for i = 1, 300 do inputs[i] = {n = i} end
    local handles = dbos.enqueue_many("q", "wf", inputs, {workflow_ids = ids})
    assert.equal(300, #handles)
    assert.equal("many-299", handles[299].workflow_id)
    assert.same({n = 299}, row("many-299").input)
    for i, h in ipairs(dbos.enqueue_many("q", "wf", {1, 2})) do assert.equal(i, row(h.workflow_id).input) end
  end)

  it("takes every option", function()
    local handles = dbos.enqueue_many("q", "wf", {1, 2}, {
      application_version = "v9", timeout = "90s", deduplication_ids = {"many-d1", "many-d2"}, priority = 7, class_name = "Shop",
      config_name = "main", delay = "1h", authenticated_user = "ann", assumed_role = "admin", authenticated_roles = {"admin", "user"}, strict = false,
    })
    for i, h in ipairs(handles) do
      local wf = row(h.workflow_id)
      assert.equal("DELAYED", wf.status)
      assert.equal("v9", wf.application_version)
      assert.equal(90, wf.timeout)
      assert.equal("many-d" .. i, wf.deduplication_id)
      assert.equal(7, wf.priority)
      assert.equal("Shop", wf.class_name)
      assert.equal("main", wf.config_name)
      assert.equal(3600, wf.delay_until - wf.created_at)
      assert.equal("ann", wf.authenticated_user)
      assert.equal("admin", wf.assumed_role)
      assert.same({"admin", "user"}, wf.authenticated_roles)
    end
    for _, h in ipairs(dbos.enqueue_many("q", "wf", {1, 2}, {queue_partition_key = "p1"})) do
      assert.equal("p1", row(h.workflow_id).queue_partition_key)
    end
  end)

  it("refuses ids that are not one for each input", function()
    assert.raises("InvalidOption", dbos.enqueue_many, "q", "wf", {1, 2}, {workflow_ids = {"a"}})
    assert.raises("InvalidOption", dbos.enqueue_many, "q", "wf", {1, 2}, {workflow_ids = {"a", "a"}})
    assert.raises("InvalidOption", dbos.enqueue_many, "q", "wf", {1, 2}, {deduplication_ids = {"a"}})
    assert.raises("InvalidOption", dbos.enqueue_many, "q", "wf", {1}, {deduplication_ids = {"a"}, queue_partition_key = "p"})
    local err = assert.raises("InvalidArgument", dbos.enqueue_many, "q", "wf", {1}, {workflow_id = "a"})
    assert.matches('did you mean "workflow_ids"', tostring(err))
  end)

  it("enqueues all or none", function()
    dbos.enqueue("q", "wf", 0, {workflow_id = "none-0", deduplication_id = "none-d"})
    assert.raises("QueueDeduplicated", dbos.enqueue_many, "q", "wf", {1, 2}, {workflow_ids = {"none-1", "none-2"}, deduplication_ids = {"x", "none-d"}})
    assert.equal(nil, row("none-1"))
    assert.raises("UnexpectedWorkflow", dbos.enqueue_many, "other", "wf", {1, 2}, {workflow_ids = {"none-3", "none-0"}})
    assert.equal(nil, row("none-3"))
    assert.equal(0, #dbos.enqueue_many("q", "wf", {}))
    assert.raises("InvalidArgument", dbos.enqueue_many, "q", "wf", {1, 2}, {workflow_id = "one"})
  end)
end)

describe("a handle", function()
  it("is found by id", function()
    dbos.enqueue("q", "wf", 1, {workflow_id = "handle-1"})
    assert.equal("ENQUEUED", dbos.retrieve_workflow("handle-1"):get_status().status)
    local err = assert.raises("NonExistentWorkflow", dbos.retrieve_workflow, "handle-none")
    assert.equal("handle-none", err.workflow_id)
    local h = dbos.retrieve_workflow("handle-1")
    dbos.delete_workflows {"handle-1"}
    assert.raises("NonExistentWorkflow", h.get_status, h)
  end)

  it("stops waiting at its timeout", function()
    local h = dbos.enqueue("nobody", "wf", 1)
    assert.raises("Timeout", h.get_result, h, {timeout = "30ms", polling_interval = "5ms"})
  end)
end)

t.finish()
