-- A message with a key arrives once, however often it is sent.
local dbos = require "dbos"
local any = require "any"

local p = any.declare "Send messages with a key to workflows of an application of any SDK"
local enqueue = any.starter(p, "keyed")

for _, id in ipairs{"ours", "theirs"} do enqueue(id, "hold", "", {delay = "1h"}) end
for _ = 1, 2 do dbos.send("keyed-ours", "once", "release", {idempotency_key = "k"}) end
any.equal(1, #dbos.retrieve_workflow("keyed-ours"):messages())

emit{done = "keyed"}
