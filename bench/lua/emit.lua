-- The harness measures the whole command, which writes the rows in the format of --output.
local measure = require "measure"
local p = measure.task()

emit(dbos.workflows(measure.filter(p)))
