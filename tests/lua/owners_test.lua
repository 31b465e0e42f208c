-- Whose the rows are that a script writes, and what a connection with an application sees.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local url, schema = args.raw[1], args.raw[2]
if schema == "" then schema = nil end

local function owner(id) return dbos.list_workflows {workflow_ids = id}[1].application_name end

describe("application_name", function()
  it("owns what is enqueued and debounced", function()
    assert.equal("mall", owner(dbos.enqueue("q", "wf", 1, {application_name = "mall"}).workflow_id))
    local handles = dbos.enqueue_many("q", "wf", {1, 2}, {application_name = "mall"})
    assert.equal("mall", owner(handles[2].workflow_id))
    local d = dbos.debouncer("wf", {application_name = "mall"})
    local first = d:debounce("owners", "1h", 1)
    assert.equal("mall", owner(first.workflow_id))
    local other = dbos.debouncer("wf", {application_name = "kiosk"})
    local err = assert.raises("QueueDeduplicated", other.debounce, other, "owners", "1h", 1)
    assert.equal(first.workflow_id, err.workflow_id)
    dbos.cancel_workflow(first.workflow_id)
  end)

  it("owns schedules, which another application cannot define", function()
    local of = {schedule_name = "owners", workflow_name = "wf", schedule = "@hourly", sdk = "go", application_name = "mall"}
    dbos.create_schedule(of)
    assert.equal("mall", dbos.get_schedule("owners").application_name)
    of.application_name = "kiosk"
    local err = assert.raises("AlreadyExists", dbos.apply_schedules, {of})
    assert.matches('belongs to the application "mall", not to "kiosk"', err.message)
    assert.raises("AlreadyExists", dbos.create_schedule, of)
    local c = dbos.connect {database_url = url, database_schema = schema, application_name = "kiosk"}
    assert.raises("AlreadyExists", c.update_schedule, c, "owners", {schedule = "@daily"})
    assert.equal("0 0 * * * *", dbos.get_schedule("owners").schedule)
    c:shutdown()
    of.application_name = nil
    dbos.apply_schedules {of}
    assert.equal("mall", dbos.get_schedule("owners").application_name)
    dbos.delete_schedule("owners")
  end)

  it("is that of a connection", function()
    local c = dbos.connect {database_url = url, database_schema = schema, application_name = "kiosk"}
    local h = c:enqueue("q", "wf", 1)
    assert.equal("kiosk", owner(h.workflow_id))
    for _, wf in ipairs(c:list_workflows {}) do assert.truthy(wf.application_name == "kiosk" or wf.application_name == nil) end
    assert.truthy(#c:list_workflows {application_name = "mall"} >= 4)
    c:shutdown()
  end)
end)

t.finish()
