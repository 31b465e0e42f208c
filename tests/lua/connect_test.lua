-- Connections of a script's own.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local url, schema = args.raw[1], args.raw[2]
if schema == "" then schema = nil end

describe("connect", function()
  it("gives the functions as methods", function()
    local c = dbos.connect {database_url = url, database_schema = schema}
    local h = c:enqueue("q", "wf", 1, {workflow_id = "connect-1"})
    assert.equal("connect-1", h.workflow_id)
    assert.equal(1, #c:list_workflows {workflow_ids = "connect-1"})
    assert.equal(1, #dbos.list_workflows {workflow_ids = "connect-1"})
    c:shutdown("5s")
  end)

  it("can be read-only", function()
    local c = dbos.connect {database_url = url, database_schema = schema, read_only = true}
    assert.raises("ReadOnly", c.cancel_workflow, c, "connect-1")
    assert.equal("ENQUEUED", c:retrieve_workflow("connect-1"):get_status().status)
    c:shutdown()
  end)

  it("says what is wrong with a database", function()
    assert.matches("none.sqlite", assert.raises("Unavailable", dbos.connect, {database_url = "sqlite:no-such-folder/none.sqlite"}).message)
    assert.raises("Initialization", dbos.connect, {database_url = "mysql://x"})
    assert.raises("InvalidArgument", dbos.connect, {})
    assert.raises("InvalidArgument", dbos.connect, {database_url = url, profile = "other"})
  end)

  it("needs a grant for another database", function()
    assert.matches("%-%-allow%-db=", assert.raises("Denied", dbos.connect, {database_url = "sqlite:another.sqlite"}).message)
    assert.matches("%-%-allow%-db=other", assert.raises("Denied", dbos.connect, {profile = "other"}).message)
  end)

  it("ends with shutdown, which can be called twice", function()
    local c = dbos.connect {database_url = url, database_schema = schema}
    c:shutdown(1)
    c:shutdown(1)
    assert.raises("Closed", c.list_workflows, c)
    dbos.shutdown()
    assert.raises("Closed", dbos.list_workflows)
  end)
end)

t.finish()
