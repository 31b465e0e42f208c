-- The functions of seq. Each takes its items from a function draw, which returns one item a call, and nil at the end.

local raise, missing = ...
local getmetatable, next, pairs, select, tostring, type = getmetatable, next, pairs, select, tostring, type
local sort, sub = table.sort, string.sub

-- The class of an object, or the type.
local function kind(value)
  local class = type(value) == "userdata" and getmetatable(value)
  return type(class) == "string" and class or type(value)
end

-- Several values at a time are one item: an array of them.
local function single(first, ...)
  if first == nil or select("#", ...) == 0 then return first end
  return {first, ...}
end

-- Functions for which an item without the field is an answer. They accept a field that no item has, unless one of
-- nearly that name is there.
local asks = {filter = true, take_while = true, find = true, any = true, all = true, count = true}

-- The names of the fields of a row.
local function fields(row)
  local names = {}
  for name in next, row do
    if type(name) == "string" then names[#names + 1] = name end
  end
  sort(names)
  return names
end

-- Refuses a field that none of the rows has. Records refuse one themselves, and an empty table has no fields to compare.
local function refuse(name, field, row)
  if next(row) == nil then return end
  local short = sub(name, 5)
  local argument = (asks[short] or short == "map" or short == "flat_map") and "fn" or "by"
  missing(name, argument, field, fields(row), asks[short] == true)
end

local function lacks(item, field) return type(item) == "table" and item[field] == nil end

-- Goes over an array up to the first item that has the field, usually the first one of all.
local function prove(name, items, field)
  for i = 1, #items do
    if not lacks(items[i], field) then return end
  end
  if items[1] ~= nil then refuse(name, field, items[1]) end
end

-- A function that draws the items. A field is the name of one by which they are read: it is refused if no item has it,
-- at once for an array, and at the end of an iterator.
local function open(name, argument, items, field)
  if type(items) == "function" then
    local ended, found, row = false, field == nil, nil
    return function()
      if ended then return nil end
      local item = single(items())
      if item == nil then
        ended = true
        if row and not found then refuse(name, field, row) end
      elseif not found then
        found = not lacks(item, field)
        row = row or item
      end
      return item
    end
  end
  if type(items) ~= "table" then
    raise(name, argument, "array or iterator expected, got " .. kind(items))
  end
  local count, i = #items, 0
  local key = next(items)
  if count == 0 and key ~= nil then
    raise(name, argument, "array or iterator expected, got a table with the key "
      .. tostring(key) .. "; seq.entries returns its keys and values")
  end
  if field then prove(name, items, field) end
  return function()
    i = i + 1
    if i > count then return nil end
    if items[i] == nil then
      raise(name, argument, "the array has no item " .. i .. ", and one after it")
    end
    return items[i]
  end
end

-- Returns the value of an item: the result of a function of it, or its field of a name, or without either the item itself.
local function reader(name, argument, by)
  if by == nil then return function(item) return item end end
  if type(by) == "function" then return by end
  if type(by) ~= "string" then
    raise(name, argument, "function or field name expected, got " .. kind(by))
  end
  return function(item)
    local class = type(item)
    if class ~= "table" and class ~= "userdata" then
      raise(name, argument, "a " .. class .. " has no field " .. by)
    end
    return item[by]
  end
end

-- A value as the key of a table: objects have no identity, so their text stands for them.
local function key(value)
  if value == nil then return "" end
  if type(value) == "userdata" then return tostring(value) end
  return value
end

local rank = {number = "number", integer = "number", string = "string", time = "time"}

local function less(name, a, b)
  local x, y = kind(a), kind(b)
  if x == "boolean" and y == "boolean" then return not a and b end
  if not rank[x] or rank[x] ~= rank[y] then
    raise(name, "by", "cannot compare " .. x .. " with " .. y)
  end
  if x == y then return a < b end
  -- Lua compares no number with an object, so their difference decides.
  return sub(tostring(a - b), 1, 1) == "-"
end

local seq = {}

function seq.map(name, draw, fn)
  local read = reader(name, "fn", fn)
  return function()
    for item in draw do
      local value = read(item)
      if value ~= nil then return value end
    end
  end
end

function seq.filter(name, draw, fn)
  local read = reader(name, "fn", fn)
  return function()
    for item in draw do
      if read(item) then return item end
    end
  end
end

function seq.flat_map(name, draw, fn)
  local read, inner = reader(name, "fn", fn), nil
  return function()
    while true do
      local value = inner and inner()
      if value ~= nil then return value end
      local item = draw()
      if item == nil then return nil end
      local items = read(item)
      inner = items ~= nil and open(name, "fn", items) or nil
    end
  end
end

-- It never draws more than it returns, so that a live iterator is not kept waiting.
function seq.take(_, draw, count)
  return function()
    if count <= 0 then return nil end
    count = count - 1
    return draw()
  end
end

function seq.take_while(name, draw, fn)
  local read, ended = reader(name, "fn", fn), false
  return function()
    if ended then return nil end
    local item = draw()
    if item ~= nil and read(item) then return item end
    ended = true
  end
end

function seq.skip(_, draw, count)
  return function()
    while count > 0 do
      count = count - 1
      if draw() == nil then return nil end
    end
    return draw()
  end
end

function seq.uniq(name, draw, by)
  local read, seen = reader(name, "by", by), {}
  return function()
    for item in draw do
      local k = key(read(item))
      if not seen[k] then
        seen[k] = true
        return item
      end
    end
  end
end

function seq.chunk(_, draw, size)
  return function()
    local chunk, count = {}, 0
    while count < size do
      local item = draw()
      if item == nil then break end
      count = count + 1
      chunk[count] = item
    end
    if count > 0 then return chunk end
  end
end

-- The order of values of several kinds, or of objects. Equals keep their places.
local function mixed(name, values, desc)
  return function(a, b)
    local x, y = values[a], values[b]
    if less(name, x, y) then return not desc end
    if less(name, y, x) then return desc end
    return a < b
  end
end

-- The same order for numbers only, or texts only, which every two of them have.
local function plain(values, desc)
  if desc then
    return function(a, b)
      local x, y = values[a], values[b]
      if x == y then return a < b end
      return x > y
    end
  end
  return function(a, b)
    local x, y = values[a], values[b]
    if x == y then return a < b end
    return x < y
  end
end

-- What has no value to be sorted by comes last, and equals keep their order.
function seq.sort_by(name, draw, by, desc)
  local read, items, values, places, count, first, same = reader(name, "by", by), {}, {}, {}, 0, nil, true
  local last = {}
  for item in draw do
    local value = read(item)
    if value == nil then
      last[#last + 1] = item
    else
      count = count + 1
      items[count], values[count], places[count] = item, value, count
      local class = type(value)
      first = first or class
      same = same and class == first and (class == "string" or class == "number" and value == value)
    end
  end
  sort(places, same and plain(values, desc) or mixed(name, values, desc))
  local i = 0
  return function()
    i = i + 1
    if i <= count then return items[places[i]] end
    return last[i - count]
  end
end

function seq.to_array(_, draw)
  local array, count = {}, 0
  for item in draw do
    count = count + 1
    array[count] = item
  end
  return array
end

function seq.each(_, draw, fn)
  for item in draw do fn(item) end
end

function seq.reduce(_, draw, fn, value)
  for item in draw do value = fn(value, item) end
  return value
end

function seq.find(name, draw, fn)
  local read = reader(name, "fn", fn)
  for item in draw do
    if fn == nil or read(item) then return item end
  end
end

function seq.any(name, draw, fn)
  local read = reader(name, "fn", fn)
  for item in draw do
    if read(item) then return true end
  end
  return false
end

function seq.all(name, draw, fn)
  local read = reader(name, "fn", fn)
  for item in draw do
    if not read(item) then return false end
  end
  return true
end

function seq.count(name, draw, fn)
  local read, count = reader(name, "fn", fn), 0
  for item in draw do
    if fn == nil or read(item) then count = count + 1 end
  end
  return count
end

function seq.sum(name, draw, by)
  local read, sum = reader(name, "by", by), 0
  for item in draw do
    local value = read(item)
    local class = kind(value)
    if class == "number" or class == "integer" then
      sum = sum + value
    elseif value ~= nil then
      raise(name, "by", "number expected, got " .. class)
    end
  end
  return sum
end

local function extreme(name, draw, by, better)
  local read, best, bound = reader(name, "by", by), nil, nil
  for item in draw do
    local value = read(item)
    if value ~= nil and (bound == nil or better(value, bound)) then best, bound = item, value end
  end
  return best
end

function seq.min_by(name, draw, by)
  return extreme(name, draw, by, function(value, bound) return less(name, value, bound) end)
end

function seq.max_by(name, draw, by)
  return extreme(name, draw, by, function(value, bound) return less(name, bound, value) end)
end

function seq.group_by(name, draw, by)
  local read, groups = reader(name, "by", by), {}
  for item in draw do
    local k = key(read(item))
    local group = groups[k]
    if group then group[#group + 1] = item else groups[k] = {item} end
  end
  return groups
end

function seq.count_by(name, draw, by)
  local read, counts = reader(name, "by", by), {}
  for item in draw do
    local k = key(read(item))
    counts[k] = (counts[k] or 0) + 1
  end
  return counts
end

local function entries(name, value)
  local class = type(value)
  if class ~= "table" and class ~= "userdata" then
    raise(name, "table", "table or record expected, got " .. class)
  end
  local walk, state, last = pairs(value)
  return function()
    local field
    last, field = walk(state, last)
    if last ~= nil then return {key = last, value = field} end
  end
end

-- concat goes over one after the other, and opens each when its turn comes.
local function concat(name, ...)
  local lists, at, draw = {...}, 0, nil
  return function()
    while true do
      local item = draw and draw()
      if item ~= nil then return item end
      at = at + 1
      if at > #lists then return nil end
      draw = open(name, "items", lists[at])
    end
  end
end

return function(name, items, ...)
  local full = "seq." .. name
  if name == "entries" then return entries(full, items) end
  if name == "concat" then return concat(full, items, ...) end
  if name == "next" then return single(items()) end
  local by = ...
  return seq[name](full, open(full, "items", items, type(by) == "string" and by or nil), ...)
end
