-- Returns a value as text for a person, written much like Lua source. A table that occurs again is
-- written as the path of its first occurrence, such as <the same as value.items[1]>.

local getmetatable, next, pairs, pcall = getmetatable, next, pairs, pcall
local rawget, setmetatable, tostring, type = rawget, setmetatable, tostring, type
local char, find, format, gsub, rep = string.char, string.find, string.format, string.gsub, string.rep
local concat, sort, min = table.concat, table.sort, math.min

local keywords = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then true
  until while]]):gmatch("%a+") do
  keywords[word] = true
end

local escapes = {}
for code = 0, 255 do
  escapes[char(code)] = format("\\%03d", code)
end
for sign, escape in pairs{["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"'} do
  escapes[sign] = escape
end

-- If a text is not UTF-8, its bytes from 128 on are written as escapes too.
local function quoted(text)
  local special = utf8.len(text) and '[%c\\"]' or '[%c\\"\128-\255]'
  return '"' .. gsub(text, special, escapes) .. '"'
end

local function isName(key)
  return type(key) == "string" and find(key, "^[%a_][%w_]*$") and not keywords[key]
end

-- The classes of objects whose text is their tostring, because they are single values without
-- fields.
local plain = {time = true, integer = true, decimal = true, ["json.null"] = true}

-- The class of an object, which a host object has in place of its metatable.
local function class(value)
  local name = getmetatable(value)
  return type(name) == "string" and name or nil
end

-- The order of keys: numbers first, then texts, then booleans, then all others.
local order = {number = 1, string = 2, boolean = 3}

local function before(a, b)
  local x, y = order[type(a)] or 4, order[type(b)] or 4
  if x ~= y then return x < y end
  if x <= 2 then return a < b end
  return tostring(a) < tostring(b)
end

-- The keys of a table other than 1 to length, sorted so that a table has the same text each time.
local function fields(value, length)
  local keys = {}
  for key in next, value do
    if type(key) ~= "number" or key < 1 or key > length or key % 1 ~= 0 then keys[#keys + 1] = key end
  end
  sort(keys, before)
  return keys
end

local writer = {}
writer.__index = writer

-- key returns how a key is written before its value, and the path of the value.
function writer:key(key, path)
  if isName(key) then return key .. " = ", path .. "." .. key end
  local shown = type(key) == "string" and quoted(key) or type(key) == "table" and "table" or tostring(key)
  return "[" .. shown .. "] = ", path .. "[" .. shown .. "]"
end

-- join writes the parts on one line if they fit in the width, else each on a line of its own.
function writer:join(name, parts, depth, width)
  local head = name and name .. " " or ""
  if #parts == 0 then return head .. "{}" end
  local line = head .. "{" .. concat(parts, ", ") .. "}"
  if #line <= width - 2 * depth and not find(line, "\n", 1, true) then return line end
  local indent = rep("  ", depth + 1)
  return head .. "{\n" .. indent .. concat(parts, ",\n" .. indent) .. ",\n" .. rep("  ", depth) .. "}"
end

-- The number of elements before the first nil. The operator # is not used, because it may count
-- further in a table with holes, and because of __len.
local function elements(value)
  local count = 0
  while rawget(value, count + 1) ~= nil do count = count + 1 end
  return count
end

function writer:table(value, path, depth)
  local parts, length = {}, elements(value)
  for i = 1, min(length, self.items) do
    parts[i] = self:value(rawget(value, i), path .. "[" .. i .. "]", depth + 1)
  end
  local keys = fields(value, length)
  for i = 1, min(#keys, self.items - #parts) do
    local head, inner = self:key(keys[i], path)
    parts[#parts + 1] = head .. self:value(rawget(value, keys[i]), inner, depth + 1)
  end
  local left = length + #keys - #parts
  if left > 0 then parts[#parts + 1] = "… " .. left .. " more" end
  return self:join(nil, parts, depth, self.width)
end

-- object writes an object's fields as pairs returns them. If reading a field raises an error, the
-- error is written in its place and the fields after it are left out.
function writer:object(value, name, path, depth)
  local parts = {}
  local ok, err = pcall(function()
    for key, field in pairs(value) do
      local head, inner = self:key(key, path)
      parts[#parts + 1] = head .. self:value(field, inner, depth + 1)
    end
  end)
  if not ok then parts[#parts + 1] = "<" .. tostring(err) .. ">" end
  if #parts == 0 then return tostring(value) end
  return self:join(name, parts, depth, self.width)
end

-- composite writes a table or an object with fields, unless it was written before or is too deep.
function writer:composite(value, name, path, depth)
  if self.open[value] then return "<cycle to " .. self.seen[value] .. ">" end
  if self.seen[value] then return "<the same as " .. self.seen[value] .. ">" end
  if depth >= self.depth then return name and name .. " {…}" or "{…}" end
  self.seen[value], self.open[value] = path, true
  local text
  if type(value) == "table" then
    text = self:table(value, path, depth)
  else
    text = self:object(value, name, path, depth)
  end
  self.open[value] = nil
  return text
end

function writer:value(value, path, depth)
  local kind = type(value)
  if kind == "string" then return quoted(value) end
  if kind == "function" or kind == "thread" then return "<" .. kind .. ">" end
  if kind ~= "table" and kind ~= "userdata" then return tostring(value) end
  local name = class(value)
  if name == "module" or kind == "userdata" and (plain[name] or not name) then return tostring(value) end
  if kind == "table" and next(value) == nil then return "{}" end
  return self:composite(value, kind == "userdata" and name or nil, path, depth)
end

return function(value, depth, width, items)
  local w = setmetatable({depth = depth, width = width, items = items, seen = {}, open = {}}, writer)
  return w:value(value, "value", 0)
end
