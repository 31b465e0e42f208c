-- Calls that act outside of the database of the run, or depend on the machine.
local folder, url, other = ...
fs.write(folder .. "/a.csv", "n,text\n1,x\n2,\255\n")
fs.append(folder .. "/a.csv", "3,z\n")
print(fs.exists(folder .. "/a.csv"), fs.stat(folder .. "/a.csv").size, #fs.read(folder .. "/a.csv"), #fs.list(folder))
for line in fs.lines(folder .. "/a.csv") do print(line) end
for row in csv.read(folder .. "/a.csv") do print(row.n, row.text) end
csv.write(folder .. "/b.csv", {{n = 1}, {n = 2}})
fs.mkdir(folder .. "/d")
fs.remove(folder .. "/d")
print(#fs.temp_file() > 0, #fs.temp_dir() > 0)
print(pcall(fs.read, folder .. "/none"))
print(exec.run("echo", {"hello"}).stdout, env.get("RECORDED_ZONE"), env.get("RECORDED_NONE"))
local answer = http.post(url, {body = "x"})
print(answer.status, answer:json().method, answer.headers["x-recorded"], http.get(url .. "/none").status)
local c = dbos.connect{database_url = other}
print(c:enqueue("orders", "process", {1}, {workflow_id = "there"}).workflow_id, c:count{}, c:cancel_workflows{"there"}.changed)
for wf in c:workflows{} do print(wf.id) end
print(pcall(c.cancel_workflow, c, "none"))
dbos.enqueue("orders", "process", {order = 1}, {workflow_id = "w1"})
print(dbos.export("w1", {to = folder .. "/w1.jsonl"}).workflows)
dbos.delete_workflows{"w1"}
print(dbos.import(folder .. "/w1.jsonl").changed)
c:shutdown()
print(time.now(), time.ago("1h"), uuid.v4(), uuid.v7(), math.random(1000), os.time(), schedule.tick())
local p = progress.new{total = 2, label = "orders"}
p:add(1)
p:done()
log.debug("one", {n = 1}) log.info("two") log.warn("three") log.error("four")
emit{n = 1, text = "x", list = {1, 2}}
print(#audit.changes{start_time = "2026-01-01T00:00:00Z"})
