-- A workflow that waits for longer than a run stays in memory. The harness puts the name of the task in the place of
-- PREFIX.
workflow.declare {name = "PREFIX", queue = "PREFIX"}

step("charge", function() return "charged" end)
durable.sleep("12h")
