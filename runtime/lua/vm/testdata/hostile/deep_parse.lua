-- Every construct of the grammar, nested or repeated far beyond what a program needs: an error of the parser or a
-- function, never the end of the process. What must not fail is a list that is long, and not deep.
local deep = 12000
local function nested(open, inner, close) return open:rep(deep) .. inner .. close:rep(deep) end
local sources = {
  parentheses = "return " .. nested("(", "1", ")"),
  tables = "return " .. nested("{", "", "}"),
  fields = "return " .. nested("{a=", "1", "}"),
  keys = "return " .. nested("{[", "1", "]=1}"),
  calls = "local f = f return " .. nested("f(", "", ")"),
  text_calls = "local f = f return f" .. ("''"):rep(deep),
  called = "local f = f return f" .. ("()"):rep(deep),
  methods = "local f = f return f" .. (":m()"):rep(deep),
  indexes = "local t = t return " .. nested("t[", "1", "]"),
  indexed = "local t = t return t" .. ("[1]"):rep(deep),
  dotted = "local t = t return t" .. (".a"):rep(deep),
  negations = "return " .. ("not "):rep(deep) .. "1",
  minuses = "return " .. ("- "):rep(deep) .. "1",
  lengths = "return " .. ("#"):rep(deep) .. "''",
  sums = "local x = 1 return x" .. (" + x"):rep(deep),
  folded = "return 1" .. (" + 1"):rep(deep),
  powers = "local x = 1 return x" .. (" ^ x"):rep(deep),
  folded_powers = "return 1" .. (" ^ 1"):rep(deep),
  joined = "local x = '' return x" .. (" .. x"):rep(deep),
  conjunctions = "local x = 1 return x" .. (" and x"):rep(deep),
  disjunctions = "local x = 1 return x" .. (" or x"):rep(deep),
  mixed = "local x = 1 return " .. nested("x and (x or ", "x", ")"),
  comparisons = "local x = 1 return x" .. (" == x"):rep(deep),
  blocks = nested("do ", "", "end "),
  conditions = nested("if x then ", "", "end "),
  alternatives = nested("if x then else ", "", "end "),
  more_conditions = "local x if x then " .. ("elseif x then "):rep(deep) .. "end",
  loops = nested("while x do ", "", "end "),
  repeats = nested("repeat ", "", "until x "),
  numeric = nested("for i = 1, 2 do ", "", "end "),
  generic = nested("for k in x do ", "", "end "),
  functions = nested("local f = function() ", "", "end "),
  returned = nested("return function() ", "", " end"),
  local_functions = nested("local function f() ", "", "end "),
  named = "function a" .. (".a"):rep(deep) .. "() end",
  arguments = "local f = f f(" .. ("1,"):rep(deep) .. "1)",
  parameters = "local function f(" .. ("a,"):rep(deep) .. "b) end",
  locals = "local " .. ("a,"):rep(deep) .. "b = 1",
  targets = "local a " .. ("a,"):rep(deep) .. "a = 1",
  values = "local a = " .. ("1,"):rep(deep) .. "1",
  results = "return " .. ("1,"):rep(deep) .. "1",
  labels = ("::a:: "):rep(deep),
  gotos = ("goto a "):rep(deep) .. "::a::",
  semicolons = ("do end;"):rep(deep),
  comment = "--" .. ("["):rep(deep),
  long_text = "return [" .. ("="):rep(deep) .. "[",
  quoted = "return '" .. ("\\"):rep(deep) .. "'",
  name = "return " .. ("a"):rep(deep),
  number = "return " .. ("1"):rep(deep),
  exponent = "return 1e" .. ("9"):rep(deep),
  bracket = ("["):rep(deep),
  nothing = ("end "):rep(deep),
}
for name, source in pairs(sources) do
  local made, why = loadstring(source)
  if made then
    pcall(made)
  else
    assert(type(why) == "string" and #why < 2000, name .. ": a message of " .. #tostring(why) .. " bytes")
    assert(not why:find("runtime error") and not why:find("internal"), name .. ": " .. why)
    assert(name ~= "semicolons", why)
  end
end
assert(loadstring("return {" .. ("1,"):rep(deep) .. "}"))
assert(loadstring(("local x = 1 do local y = x end "):rep(150)))
local made, why = loadstring(sources.parentheses)
assert(not made and why:find("more than 200 blocks, functions or brackets inside each other"), why)
made, why = loadstring(sources.sums)
assert(not made and why:find("too complex"), why)
