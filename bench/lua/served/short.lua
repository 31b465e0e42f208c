-- A workflow of two steps. The harness puts the name of the task in the place of PREFIX.
workflow.declare {name = "PREFIX", queue = "PREFIX"}

step("charge", function() return "charged" end)
step("ship", function() return "shipped" end)
return "done"
