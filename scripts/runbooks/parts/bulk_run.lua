-- Reports the state of a bulk run.

local M = {}

-- Reports how far a run is, and ends with the exit code 4 if it is not in the wanted state.
function M.report(run, wanted)
  local text = ("%s is %s: %d of %d done, %d changed, %d drifted"):format(run.id, run.state, run.done, run.total, run.changed, run.drifted)
  if run.reason then text = text .. "; " .. run.reason end
  if wanted and run.state ~= wanted then exit("partial", text) end
  log.info(text)
end

return M
