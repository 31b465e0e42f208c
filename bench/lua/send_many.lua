local measure = require "measure"
local p = measure.task()

local messages = {}
for i = 1, p.count do
  messages[i] = {
    destination_id = measure.id(p, i), topic = "news",
    message = {number = i, text = "the parcel has left the house"},
  }
end
dbos.send_many {messages[1], messages[2]}
measure.once(p.count, function()
  dbos.send_many(messages)
end)
