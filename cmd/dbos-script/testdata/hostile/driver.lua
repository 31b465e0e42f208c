-- Calls every function of a list with hostile values. The arguments of a call are those that an example of the function
-- passes; then one part of them after the other is replaced by each value that its type calls for. A call may return what
-- it likes, or raise an error that a person can read. Each is announced before it is made, so that the last line of a
-- process that died names it.

local say, deepest, longest_message, recursing, first, calls = ...
local pick, log_line = select, log.warn

local function announce(what) say("call\t" .. what) end
local function fault(what) say("fault\t" .. what:gsub("%c", "?"):sub(1, 400)) end

-- Values

local function nested(levels, key)
  local value = {}
  for _ = 2, levels do value = {[key] = value} end
  return value
end

local function ring()
  local a, b = {}, {n = 1}
  a.b, b.a, a[1] = b, a, b
  return a
end

local function wide(count)
  local list = {}
  for i = 1, count do list[i] = i end
  return list
end

-- A table that a walk over its paths would see 2^levels times.
local function shared(levels)
  local value = {"x"}
  for _ = 1, levels do value = {value, value} end
  return value
end

local function proxy(metatable) return setmetatable({}, metatable) end

local function fails_to_text() return proxy{__tostring = function(t) return tostring(t) end} end

local function endless(f) return f(f) + 1 end

-- A function that ends as an iterator, because only --timeout ends one that goes on.
local function ending(f)
  local calls = 0
  return function()
    calls = calls + 1
    if calls < 5 then return f() end
  end
end

local control = "a\27[31mb\27]0;title\7c\194\1552Jd\226\128\174e\r\b\127\0\255\192f"

-- Values that cost a moment are made once.
local once = {
  long = ("a"):rep(2 ^ 20), longer = ("\0\255"):rep(2 ^ 17), path = ("a/"):rep(40000), up = ("../"):rep(40000),
  endless = nested(deepest, 1), named = nested(deepest, "k"), wide = wide(50000), deep = nested(9999, 1), deeper = nested(10001, "k"), shared = shared(12),
  brackets = ("["):rep(2e5), braces = ('{"a":'):rep(1e5), round = ("("):rep(2e5), stars = ("(a*)*"):rep(300) .. "b", classes = ("[^"):rep(1000),
  percent = ("%"):rep(1e5), quotes = ('"'):rep(1e5), commas = (","):rep(1e5), minus = ("-"):rep(1e5), digits = ("9"):rep(1e5), hours = ("1h"):rep(1e4),
  cron = ("*/1,"):rep(1e4) .. "* * * * *", actions = ("{{with .}}"):rep(1e5), lines = ("a\n"):rep(1e5),
  integer = json.decode("9" .. ("0"):rep(4000)), decimal = json.decode("1e99999"),
}

local values = {
  ["nil"] = function() return nil end,
  ["true"] = function() return true end,
  ["empty text"] = function() return "" end,
  ["control signs"] = function() return control end,
  ["NaN"] = function() return 0 / 0 end,
  ["infinite"] = function() return math.huge end,
  ["minus infinite"] = function() return -math.huge end,
  ["1e308"] = function() return 1e308 end,
  ["-1"] = function() return -1 end,
  ["2^53"] = function() return 2 ^ 53 end,
  ["-2^63"] = function() return -2 ^ 63 end,
  ["5e-324"] = function() return 5e-324 end,
  ["cycle"] = ring,
  ["hole"] = function() return {1, nil, 3} end,
  ["mixed keys"] = function() return {1, 2, x = 3, [1.5] = 4, [2 ^ 40] = 5} end,
  ["odd keys"] = function() return {[control] = 1, [once.long] = 2, [""] = 3} end,
  ["list of long texts"] = function() return {once.long, once.long} end,
  ["list of control signs"] = function() return {control} end,
  ["metamethods"] = function() return proxy{__index = function(t, k) return t[k] end, __len = function() return math.huge end, __pairs = function(t) return pairs(t) end} end,
  ["tostring of itself"] = fails_to_text,
  ["thread"] = function() return coroutine.create(function() end) end,
  ["object"] = function() return time.now() end,
  ["error object"] = function() return pick(2, pcall(json.decode, "[")) end,
  ["json.null"] = function() return json.null end,
  ["function"] = function() return ending(function() return 1 end) end,
  ["raises"] = function() return function() error(control) end end,
  ["raises nested"] = function() return function() error(nested(10001, 1)) end end,
  ["raises a cycle"] = function() return function() error(ring()) end end,
  ["raises long"] = function() return function() error(once.longer) end end,
  ["raises tostring"] = function() return function() error(fails_to_text()) end end,
  ["returns nested"] = function() return ending(function() return once.deeper end) end,
  ["returns many"] = function() return ending(function() return 1, unpack({}, 1, 1000) end) end,
  ["returns itself"] = function() local f f = ending(function() return f end) return f end,
  ["yields"] = function() return coroutine.yield end,
  ["recurses"] = function() return function() return endless(endless) end end,
  ["iterates"] = function() local left = 3 return function() left = left - 1 if left > 0 then return once.deeper, left end end end,
}
for name, value in pairs(once) do values[name] = function() return value end end

-- For each kind of parameter of a declaration, what else is tried than common values.
local common = {"true", "control signs", "long", "NaN", "cycle", "endless", "function", "thread", "object"}
local special = {
  string = {"-1", "nil", "empty text", "longer", "path", "digits", "lines", "integer", "error object"},
  syntax = {"up", "brackets", "braces", "round", "stars", "classes", "percent", "quotes", "commas", "minus", "hours", "cron", "actions"},
  bool = {"-1", "nil"},
  integer = {"-1", "nil", "infinite", "minus infinite", "1e308", "2^53", "-2^63", "5e-324", "integer", "decimal", "digits"},
  number = {"-1", "nil", "infinite", "minus infinite", "1e308", "-2^63", "5e-324", "integer", "decimal", "digits"},
  -- Waiting is ended by --timeout alone, so that no duration is tried that is valid and long.
  duration = {"-1", "infinite", "minus infinite", "1e308", "5e-324", "integer", "decimal", "digits", "minus"},
  time = {"nil", "infinite", "minus infinite", "1e308", "-2^63", "integer", "hours", "digits", "minus", "empty text"},
  list = {"-1", "nil", "wide", "hole", "mixed keys", "list of long texts", "list of control signs", "deep", "metamethods", "iterates", "raises"},
  map = {"-1", "nil", "wide", "odd keys", "list of long texts", "deeper", "metamethods"},
  struct = {"-1", "nil", "wide", "odd keys", "mixed keys", "named", "metamethods"},
  object = {"-1", "nil", "json.null", "named", "metamethods", "error object"},
  data = {"-1", "nil", "named", "deep", "deeper", "shared", "wide", "hole", "mixed keys", "odd keys", "list of long texts", "infinite", "integer", "decimal", "json.null",
    "metamethods", "tostring of itself", "error object", "longer", "iterates", "raises nested", "raises a cycle", "returns nested", "yields", "recurses"},
  callback = {"-1", "nil", "raises", "raises nested", "raises a cycle", "raises long", "raises tostring", "returns nested", "returns many", "returns itself", "yields", "recurses", "iterates"},
}

-- Functions that call themselves through Go use more of its stack than a narrow process has, until Lua's limit ends them.
local recurse = {["metamethods"] = true, ["recurses"] = true, ["tostring of itself"] = true, ["raises tostring"] = true}

-- The arguments that an example passes

local caught = {} -- the error by which an example is left when it has called the function
local real = setmetatable({}, {__mode = "k"})

local function packed(...) return {n = pick("#", ...), ...} end
local function plain(value) return real[value] or value end

local stand_in

-- A function that takes the real values of their stand-ins, and leaves the example when it is the wanted one.
local function spy(f, name, wanted)
  return function(...)
    local args = packed(...)
    for i = 1, args.n do args[i] = plain(args[i]) end
    if name == wanted.name then
      wanted.f, wanted.args = f, args
      error(caught, 0)
    end
    local results = packed(f(unpack(args, 1, args.n)))
    for i = 1, results.n do results[i] = stand_in(results[i], nil, wanted) end
    return unpack(results, 1, results.n)
  end
end

-- What an example sees in the place of a value: a spy for a function, and a table of spies for a module. An object has a
-- stand-in only if a method of it is wanted, because the stand-in has no operators.
function stand_in(value, name, wanted)
  if type(value) == "function" then return spy(value, name, wanted) end
  if not (type(value) == "table" and name) and not (type(value) == "userdata" and wanted.method) then return value end
  local object = type(value) == "userdata"
  local proxied = setmetatable({}, {
    __index = function(_, key)
      local member = value[key]
      if object and key == wanted.method then return spy(member, wanted.name, wanted) end
      return stand_in(member, not object and name .. "." .. tostring(key) or nil, wanted)
    end,
    __call = type(value) == "table" and function(_, ...) return value(...) end or nil,
  })
  real[proxied] = value
  return proxied
end

local function capture(call)
  local wanted = {name = call.name, method = call.name:match(":(.*)")}
  local globals = {}
  setmetatable(globals, {__index = function(_, key)
    if key == "require" then return function(name) return stand_in(require(name), name, wanted) end end
    if key == "it" and call.name ~= "testing.it" then return function(_, f) return f and f() end end
    local tests = call.name:find("^testing") and require("testing")
    if tests and rawget(tests, key) then return stand_in(tests[key], "testing." .. key, wanted) end
    return stand_in(_G[key], key, wanted)
  end})
  for _, example in ipairs(call.examples) do
    pcall(assert(load(example, "example", "t", globals)))
    if wanted.f then break end
  end
  return wanted
end

-- What stands for an argument if no example passes one.
local examples = {string = "x", bool = true, integer = 1, number = 1, duration = 0, time = 0, list = {}, map = {}, struct = {}, data = 1}

-- The methods of a connection are the functions of dbos, and their examples are of those.
local connection

local function arguments_of_connection(call, method)
  connection = connection or dbos.connect{database_url = "sqlite:dbos.sqlite"}
  local wanted = capture{name = "dbos." .. method, examples = call.examples}
  if not wanted.f then return nil end
  table.insert(wanted.args, 1, connection)
  wanted.args.n = wanted.args.n + 1
  return connection[method], wanted.args
end

local function arguments(call)
  local method = call.name:match("^client:(.*)")
  if method then return arguments_of_connection(call, method) end
  local wanted = capture(call)
  if wanted.f then return wanted.f, wanted.args end
  local module, name = call.name:match("^([^.:]+)%.([^.:]+)$")
  local f = module and (rawget(_G, module) or require(module))[name] or rawget(_G, call.name)
  local args = {n = #call.params}
  for i, kind in ipairs(call.params) do args[i] = kind == "callback" and function() end or examples[kind] end
  return f, args
end

-- Options that an example passes in the place of a parameter before them stand in their own place.
local function settle(call, args)
  local last = args[args.n]
  if call.options == 0 or args.n == 0 or args.n - call.receivers >= call.options or type(last) ~= "table" then return end
  for _, place in ipairs(call.places) do
    if place.path[1] == call.options and place.path[2] and last[place.path[2]] ~= nil then
      args[args.n], args[call.options + call.receivers] = nil, last
      args.n = call.options + call.receivers
      return
    end
  end
end

-- One call

-- Some functions wait for what never comes after a hostile argument. These arguments let them look once.
local waits = {
  ["dbos.get_event"] = {{3}, 0}, ["dbos.wait"] = {{2, "timeout"}, 0.01}, ["handle:get_result"] = {{1, "timeout"}, 0.01}, ["time.sleep"] = {{1}, 0},
  ["dbos.read_stream"] = {{3, "snapshot"}, true}, ["dbos.read_stream_async"] = {{3, "snapshot"}, true},
  ["retry.call"] = {{1}, function() return 1 end}, ["http.get"] = {{2, "backoff"}, 0},
}

-- Whether a call would wait after all, because the value takes that argument away.
local function would_wait(call, place, name)
  local wait = waits[call.name]
  if not wait or name ~= "nil" and name ~= "metamethods" then return false end
  for i, key in ipairs(place.path) do
    if wait[1][i] ~= key then return false end
  end
  return true
end

local function copied(value)
  local copy = {}
  if type(value) == "table" then
    for k, v in next, value do copy[k] = v end
  end
  return copy
end

local function put(args, path, receivers, value)
  local changed = copied(args)
  local at = changed
  for i, key in ipairs(path) do
    if i == 1 then
      key = key + receivers
      changed.n = math.max(args.n, key)
    end
    if i == #path then
      at[key] = value
    else
      at[key] = copied(at[key])
      at = at[key]
    end
  end
  return changed
end

-- A message is short, speaks of nothing inside of the command, and is written to the terminal once.
-- What the script itself raised comes back as it is.
local function judge(what, err, shown)
  local readable, message = pcall(tostring, err)
  if not readable or type(err) == "table" or what:find("raises long", 1, true) then return end
  local small = message:lower()
  if message == "" then
    fault(what .. ": an empty message")
  elseif #message > longest_message then
    fault(what .. ": a message of " .. #message .. " bytes: " .. message:sub(1, 100))
  end
  for _, inner in ipairs{"runtime error", "internal error", "reflect%.", "nil pointer", "goroutine", "panic"} do
    if small:find(inner) then fault(what .. ": " .. message) end
  end
  if shown then pcall(log_line, message) end
end

-- Looks at a result as a script would.
local function use(result)
  if type(result) == "string" then return end
  pcall(tostring, result)
  if type(result) == "table" then pcall(inspect.dump, result, {items = 3}) end
  if type(result) == "function" then
    for _ = 1, 3 do
      if not pcall(result) then break end
    end
  elseif type(result) == "userdata" then
    pcall(function() return #result:to_table() end)
  end
end

local attempts = 0

local function attempt(what, f, args, shown)
  attempts = attempts + 1
  if attempts < first then return end
  announce(what)
  local results = packed(pcall(f, unpack(args, 1, args.n)))
  if not results[1] then judge(what, results[2], shown) end
  use(results[2])
end

local function path_text(path)
  local parts = {}
  for i, key in ipairs(path) do parts[i] = tostring(key) end
  return table.concat(parts, ".")
end

-- The values of an option that a function before this one has tried with all.
local again = {["control signs"] = true, cycle = true, NaN = true, ["function"] = true, metamethods = true, recurses = true, ["nil"] = true, ["-1"] = true}

local function try(call, f, args, place)
  local seen = {}
  -- A text may be a pattern, a template, JSON and so on; an option of the database is a name.
  local syntax = place.kind == "string" and (#place.path == 1 or not call.name:find("^dbos") and not call.name:find("^fleet"))
  for _, list in ipairs{common, special[place.kind], syntax and special.syntax or nil} do
    for _, name in ipairs(list) do
      if not seen[name] and not recurse[name] == not recursing and not would_wait(call, place, name) and (not call.few or call.few[name]) and (not place.again or again[name]) then
        seen[name] = true
        local value = values[name]()
        attempt(call.name .. " | " .. path_text(place.path) .. " | " .. name, f, put(args, place.path, call.receivers, value), name == "control signs")
      end
    end
  end
end

-- An object that is indexed, compared and joined with hostile values.
local function misuse(name, object)
  for key, make in pairs(values) do
    if not recurse[key] ~= not recursing then goto continue end
    local value = make()
    announce(name .. " itself | " .. key)
    for _, f in ipairs{
      function() return object[value] end, function() object[value] = 1 end, function() return object == value end, function() return object < value end,
      function() return object .. value end, function() return object + value end, function() return object(value) end, function() return #object end,
    } do
      local ok, err = pcall(f)
      if not ok then judge(name .. " itself | " .. key, err, false) end
    end
    ::continue::
  end
end

-- The arguments of all calls are collected before the first hostile one, which may change what the examples find. A
-- function that takes nothing is not called.
local tried = {}
for _, call in ipairs(calls) do
  if #call.places > 0 or call.receivers == 1 then
    call.f, call.args = arguments(call)
    if type(call.f) ~= "function" or not call.args then
      fault(call.name .. ": none of its examples calls it, so nothing hostile is tried on it")
    else
      settle(call, call.args)
      tried[#tried + 1] = call
    end
  end
end

local misused = {} -- the classes, because all methods of a class have the same object
for _, call in ipairs(tried) do
  local args, wait = call.args, waits[call.name]
  if wait then args = put(args, wait[1], call.receivers, wait[2]) end
  local class = call.receivers == 1 and call.name:match("^[^:]+")
  if class and first <= 1 and not misused[class] then
    misused[class] = true
    misuse(class, args[1])
  end
  for _, place in ipairs(call.places) do try(call, call.f, args, place) end
end
say("end")
