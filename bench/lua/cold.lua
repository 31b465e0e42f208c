-- The harness measures the whole command.
for wf in dbos.workflows {limit = 10} do
  print(wf.id, wf.status, wf.name)
end
