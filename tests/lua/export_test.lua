-- Workflows in files: exported, masked, and imported held.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

local folder = fs.temp_dir()
local path = folder .. "/orders.jsonl"

-- Enqueues a parent with a card in its input.
local function prepared(id)
  dbos.enqueue("export", "wf", dbos.portable_args{positional = {{card = "4111", n = 1}}}, {workflow_id = id, deduplication_id = id})
  return id
end

describe("export", function()
  it("writes ids or a filter, and says what it wrote", function()
    prepared("export-1")
    prepared("export-2")
    local seen
    local report = dbos.export({"export-1", "nobody"}, {to = path, progress = function(done, total) seen = done .. " of " .. total end})
    assert.equal(1, report.workflows)
    assert.equal(0, report.added)
    assert.equal("nobody", report.unknown[1])
    assert.equal("1 of 1", seen)
    assert.truthy(report.secrets.card > 0)
    assert.equal(0, #report.left_out)
    assert.matches("4111", fs.read(path))
    assert.equal(2, dbos.export({queue_name = "export"}, {to = folder .. "/both.jsonl.gz", children = false, forks = true}).workflows)
  end)

  it("masks by rule, and replaces a file only when it is told to", function()
    local _, err = pcall(dbos.export, "export-1", {to = path})
    assert.matches("exists already", tostring(err))
    local report = dbos.export("export-1", {to = path, overwrite = true, mask = {"input.card"}})
    assert.truthy(report.masked["input.card"] > 0)
    assert.equal(0, report.masked_whole)
    local text = fs.read(path)
    assert.truthy(not text:find("4111", 1, true) and text:find("***", 1, true))
    assert.raises("InvalidOption", dbos.export, "export-1", {to = path, overwrite = true, mask = {"a..b"}})
    assert.matches("***", fs.read(path), "a call that fails leaves the file")
    assert.raises("Denied", dbos.export, "export-1", {to = "export.jsonl"})
    assert.raises("NotFound", dbos.export, "export-1", {to = folder .. "/none/export.jsonl"})
    _, err = pcall(dbos.export, "export-1", {to = folder .. "/stopped.jsonl", progress = function() error("stop here") end})
    assert.matches("stop here", tostring(err))
    assert.truthy(not fs.exists(folder .. "/stopped.jsonl"))
  end)
end)

describe("import", function()
  it("holds what has not ended, and changes nothing the second time", function()
    prepared("export-3")
    dbos.export("export-3", {to = folder .. "/three.jsonl"})
    local same = dbos.import(folder .. "/three.jsonl")
    assert.equal(1, same.unchanged)
    assert.equal("it exists, and is the same", same.outcomes[1].reason)
    dbos.delete_workflows {"export-3"}
    local seen
    local result = dbos.import(folder .. "/three.jsonl", {progress = function(done, total) seen = done .. " of " .. total end})
    assert.equal(1, result.changed)
    assert.equal(1, result.held)
    assert.equal(0, #result.differ + #result.freed)
    assert.equal("1 of 1", seen)
    assert.matches("1 changed", tostring(result))
    assert.equal("ENQUEUED", dbos.retrieve_workflow("export-3"):get_status().held_from)
    dbos.set_priority("export-3", 9)
    result = dbos.import(folder .. "/three.jsonl")
    assert.equal("export-3", result.differ[1])
    assert.equal("it exists, and differs in updated_at, priority", result.outcomes[1].reason)
  end)

  it("imports without a deduplication id that is taken", function()
    prepared("export-4")
    dbos.export("export-4", {to = folder .. "/four.jsonl"})
    dbos.delete_workflows {"export-4"}
    dbos.enqueue("export", "wf", 1, {deduplication_id = "export-4"})
    assert.equal("export-4", dbos.import(folder .. "/four.jsonl").freed[1])
  end)

  it("refuses what is no file of dbos.export, before it writes anything", function()
    assert.raises("Denied", dbos.import, "export.jsonl")
    assert.raises("NotFound", dbos.import, folder .. "/none.jsonl")
    fs.write(folder .. "/broken.jsonl", (fs.read(path):gsub('{"end".*', "")))
    assert.matches("line %d+: the file ends early", assert.raises("InvalidOption", dbos.import, folder .. "/broken.jsonl").message)
    prepared("export-5")
    dbos.send("export-5", "hello", "topic", {idempotency_key = "key"})
    dbos.export("export-5", {to = folder .. "/five.jsonl"})
    fs.write(folder .. "/six.jsonl", (fs.read(folder .. "/five.jsonl"):gsub('_uuid":"export%-5"', '_uuid":"export-6"')))
    assert.raises("Conflict", dbos.import, folder .. "/six.jsonl")
    assert.equal(0, dbos.count {workflow_ids = {"export-6"}})
  end)
end)

t.finish()
