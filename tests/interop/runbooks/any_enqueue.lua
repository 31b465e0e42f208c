-- Inputs for an application of any SDK: each arrives as it was written, and its result comes back as it was returned.
local dbos = require "dbos"
local json = require "json"
local args = require "args"

local p = args.declare {
  summary = "Enqueue every kind of input for an application of any SDK",
  class = {type = "string", default = "", doc = "the class of its workflows"},
}

local soon = {timeout = 20, polling_interval = 0.05}

local function enqueue(id, workflow, input)
  return dbos.enqueue("ordinary", workflow, input, {workflow_id = "any-" .. id, class_name = p.class ~= "" and p.class or nil})
end

-- Plain inputs, and the same as the first positional argument of portable ones. Keys of an object are sorted here.
local inputs = {
  text = "ünïcode \226\128\168 \"quoted\" \\ 🚀 \t\n", empty = "", zero = 0, negative = -7, fraction = 0.1, small = 1e-7, large = 9007199254740991,
  yes = true, no = false, list = {1, {2, {3, json.null}}}, object = {a = {b = {c = {"x", json.null, false}}}, z = 1},
  date = "2026-01-02T03:04:05.678Z", key = {["$date"] = "x", ["a b"] = 1, ["ü"] = 2},
}
for name, input in pairs(inputs) do
  for form, value in pairs{plain = input, portable = dbos.portable_args{positional = {input}}} do
    local out = enqueue(name .. "-" .. form, "same", value):get_result(soon)
    assert(json.encode(out) == json.encode(input), form .. " " .. name .. ": " .. json.encode(out))
  end
end

-- An input with the types of an ordinary application, among them a number that no float holds.
local order = {id = json.decode("9007199254740993"), text = "ü", price = 0.1, at = "2026-01-02T04:04:05+01:00", lines = {{sku = "a-1"}}, note = json.null}
local told = enqueue("shape", "shape", order):get_result(soon)
assert(told == "9007199254740993 ü 0.1 2026-01-02T03:04:05Z 1 a-1 none", told)

-- An error has its message, and the steps before it are there.
local broken = enqueue("broken", "broken", "no such luck ü")
local ok, err = pcall(broken.get_result, broken, soon)
assert(not ok and err.message:find("no such luck ü", 1, true), tostring(err))
assert(err.code == "WorkflowFailed" and broken:get_status().status == "ERROR", tostring(err.code))
local steps = dbos.get_workflow_steps("any-broken", {load_output = true})
assert(#steps == 1 and steps[1].step_name == "before" and steps[1].output == "before", json.encode(steps))

-- Many at once, each with its own input.
local many = {}
for i = 1, 20 do many[i] = {n = i} end
local handles = dbos.enqueue_many("ordinary", "same", many, {class_name = p.class ~= "" and p.class or nil})
for i, handle in ipairs(handles) do assert(handle:get_result(soon).n == i) end

-- What a child returns, of a parent with a plain input.
assert(enqueue("brood", "brood", {n = 3}):get_result(soon).n == 3)

emit{done = "enqueue"}
