-- A fleet plays the application: it runs what the runbook has put on a queue.

describe("rerun_failed", function()
  before_each(function()
    fleet.workflow {
      id = "declined", name = "process_order", queue_name = "orders", status = "ERROR",
      steps = {{name = "reserve", output = 1}, {name = "charge", error = "card declined"}},
    }
    fleet.workflow {id = "stopped", name = "process_order", queue_name = "orders", status = "CANCELLED"}
    fleet.workflow {id = "fine", name = "process_order", queue_name = "orders", status = "SUCCESS"}
  end)

  it("resumes what was cancelled, and forks what failed from the failed step", function()
    local run = runbook.run("rerun_failed.lua")
    assert.equal(0, run.status, run.log)
    assert.contains({id = "declined", outcome = "changed", status = "ERROR", forked_id = "declined-rerun-1"}, run.rows)
    assert.contains({id = "stopped", outcome = "changed", status = "ENQUEUED"}, run.rows)
    assert.equal("reserve", dbos.get_workflow_steps("declined-rerun-1")[1].step_name)
    fleet.run()
    assert.equal("SUCCESS", dbos.retrieve_workflow("stopped"):get_status().status)
  end)

  it("forks each once", function()
    runbook.run("rerun_failed.lua", {name = "process_order"})
    local again = dbos.rerun_workflows {"declined", "nope"}
    assert.same({0, 1, 1}, {again.changed, again.unchanged, again.unknown})
    assert.equal('it was run again as "declined-rerun-1", which is ENQUEUED', again.outcomes[1].reason)
    assert.equal("declined-rerun-1", again[1].workflow_id)
    assert.equal(1, #dbos.list_workflows {forked_from = "declined"})
    assert.equal(0, #dbos.rerun_workflows {})
  end)

  it("takes the options of a list, and says which one is wrong", function()
    local err = assert.raises("InvalidArgument", dbos.rerun_workflows, {staus = "ERROR"})
    assert.matches('did you mean "status"', tostring(err))
    assert.raises("InvalidArgument", dbos.rerun_workflows, {"declined", 2})
    assert.raises("InvalidArgument", dbos.rerun_workflows, {"declined"}, {from = "middle"})
  end)
end)
