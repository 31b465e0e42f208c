--? memory=64MiB
local threads = {}
while true do
  local co = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(co)
  threads[#threads + 1] = co
end --! Memory "needs more than 64 MiB"
