-- Why a workflow moves, or does not.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

describe("explain", function()
  it("returns the reasons for a state, the most important first", function()
    dbos.enqueue("explained", "wf", 1, {workflow_id = "explained-later", delay = "1h"})
    local why = dbos.explain("explained-later")
    assert.same({"explained-later", "DELAYED", "wf", "explained"}, {why.workflow_id, why.status, why.name, why.queue_name})
    assert.equal(false, why.stuck)
    assert.equal("delayed", why.reasons[1].cause)
    assert.matches("it is delayed for another", why.reasons[1].text)
    assert.matches("set_workflow_delay", why.reasons[1].command)

    dbos.cancel_workflow("explained-later")
    why = dbos.explain("explained-later")
    assert.equal(true, why.stuck)
    assert.equal("cancelled", why.reasons[1].cause)
    assert.truthy(why.reasons[1].evidence == nil)
  end)

  it("raises NonExistentWorkflow for an id that is not there", function()
    assert.raises("NonExistentWorkflow", dbos.explain, "explained-never")
    assert.raises("InvalidOption", dbos.explain, "")
  end)
end)

t.finish()
