local measure = require "measure"
local p = measure.task()

local id = measure.id(p, 1)

local function send(i)
  dbos.send(id, {number = i, text = "the parcel has left the house"}, "news")
end

send(0)
measure.loop(p.count, send)
