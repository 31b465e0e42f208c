-- Lists by each filter: with every function that takes the filters of a list.
local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"
local json = require "json"

local function joined(ids) return table.concat(ids, " ") end

local function sorted(ids)
  table.sort(ids)
  return joined(ids)
end

local function listed(filter)
  local ids = {}
  for i, wf in ipairs(dbos.list_workflows(filter)) do ids[i] = wf.id end
  return ids
end

local function walked(filter)
  local ids = {}
  for wf in dbos.workflows(filter) do ids[#ids + 1] = wf.id end
  return ids
end

local function batched(filter)
  local ids = {}
  for batch in dbos.batches(filter, 2) do
    for _, id in ipairs(batch) do ids[#ids + 1] = id end
  end
  return ids
end

local function counted(filter)
  local count = 0
  filter.group_by = "status"
  for _, group in ipairs(dbos.get_workflow_aggregates(filter)) do count = count + group.count end
  return count
end

for _, case in ipairs(json.decode(args.raw[1])) do
  describe(case.field, function()
    it("is a filter of each function", function()
      local rows = {}
      for id in case.want:gmatch "%S+" do rows[#rows + 1] = id end
      assert.equal(case.want, joined(listed(case.options)))
      assert.equal(case.want, joined(walked(case.options)))
      dbos.orphans(case.options) -- none of the rows is one, but the filter is accepted
      if case.selects then
        assert.equal(sorted(rows), sorted(batched(case.options)))
        assert.equal(#rows, dbos.count(case.options))
        assert.equal(#rows, counted(case.options))
      end
    end)
  end)
end

for _, case in ipairs(json.decode(args.raw[2])) do
  describe(case.field, function()
    it("is refused by each function", function()
      for _, list in ipairs {listed, walked, dbos.orphans} do assert.raises("InvalidOption", list, case.options) end
      if case.selects then
        for _, list in ipairs {batched, dbos.count, counted} do assert.raises("InvalidOption", list, case.options) end
      end
    end)
  end)
end

t.finish()
