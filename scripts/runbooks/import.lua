-- Inserts the workflows of an exported file. A copy of this script needs --allow-read for the file.

local p = args.declare {
  summary = "Import the workflows of an exported file, and hold those that have not ended.",
  file = {type = "string", positional = true, required = true, doc = "the file, compressed or not; - is standard input"},
}

local bar
local result = dbos.import(p.file, {
  progress = function(done, total)
    bar = bar or progress.new {label = "workflows", total = total}
    bar:add(done - bar.count)
  end,
})
if bar then bar:done() end

-- The first of the ids, and how many more.
local function some(ids)
  local text = table.concat(ids, ", ", 1, math.min(#ids, 5))
  if #ids > 5 then text = text .. (" and %d more"):format(#ids - 5) end
  return text
end

-- What was imported is the last line of the run.
if result.changed == 0 then log.info(("nothing to import: %d exist already"):format(result.unchanged)) end
if #result.differ > 0 then log.warn("left as they are, and not as in the file: " .. some(result.differ)) end
if #result.freed > 0 then log.warn("without their deduplication id, because another workflow has it: " .. some(result.freed)) end
if #result.differ > 0 then exit(4) end
