local measure = require "measure"
local p = measure.task()

local id = measure.id(p, 1)

measure.mean(p.count, function(i)
  dbos.send(id, {number = i, text = "the parcel has left the house"}, "news")
end)
