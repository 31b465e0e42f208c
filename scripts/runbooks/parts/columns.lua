-- Texts in columns of a screen.

local M = {}

-- The start of a text that is too long to be laid out. screen takes 64 KiB and 10,000 columns, and a line has up to three texts.
local function start(text) return type(text) == "string" and #text > 20000 and text:sub(1, 20000) or text end

-- A text on one line, without control characters.
function M.line(text)
  text = start(tostring(text))
  return screen.fit(text, math.min(screen.width(text), 10000))
end

-- A text in exactly so many columns, or - in place of nil; with right it stands at their end.
function M.fit(text, width, right) return screen.fit(text == nil and "-" or start(text), math.max(width, 0), {right = right}) end

-- A text that has at most so many columns.
function M.short(text, width) return M.fit(text, math.min(screen.width(start(text)), width)) end

-- A whole number with its thousands apart.
function M.grouped(n) return (("%d"):format(n):reverse():gsub("(%d%d%d)", "%1,"):reverse():gsub("^,", "")) end

-- How long ago a time was.
function M.ago(t) return t and time.span(time.now() - t) or "-" end

-- Appends the items of a list to another one.
function M.add(lines, more) for _, line in ipairs(more) do lines[#lines + 1] = line end end

return M
