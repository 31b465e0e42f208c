-- Sets the rate of a bulk run.

local p = args.declare {
  summary = "Set how many workflows a bulk run changes in a second.",
  run = {type = "list", positional = true, required = true, doc = "the run, and how many workflows it may change in a second: ID 20; 0 for no limit"},
}

local id, rps = p.run[1], tonumber(p.run[2])
if #p.run ~= 2 or not rps or rps < 0 or rps % 1 ~= 0 then
  log.error("which rate? write the run and a whole number of workflows in a second, or 0 for no limit: bulk rate ID 20")
  exit(2)
end
require "parts.bulk_run".report(dbos.set_bulk_rate(id, rps))
