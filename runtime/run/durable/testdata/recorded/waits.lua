-- Steps that a script makes by itself.
local p = args.declare{name = {default = "one"}, count = {type = "integer", default = 3}}
print(p.name, p.count)
time.sleep("2ms")
durable.sleep("1ms")
local tries = 0
print(step("again", {retries = 2, interval = "1ms"}, function() tries = tries + 1 assert(tries > 1) return {tries, "x"} end)[2])
print(step("nothing", function() end))
print(pcall(step, "fails", function() error("broken") end))
print(pcall(step, "fails on purpose", function() error{code = "Mine", n = 1} end))
durable.set_event("progress", {done = 1, of = 2.5})
durable.write_stream("log", "first")
print(durable.recv("news", "1s").text, pcall(durable.recv, "news", "1ms"))
print(durable.patch("first"))
local answer = durable.approval("go on?", {count = 3}, {timeout = "1m"})
print(answer.by, answer.comment)
print(step("changes", function() dbos.enqueue("orders", "process", {1}, {workflow_id = "within"}) return dbos.count{name = "process"} end))
