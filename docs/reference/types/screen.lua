---@meta screen
-- Generated from the declarations. Do not edit.

---Takes over the terminal: draws lines over the whole of it, and reads keys. The terminal is as before when the script ends, in whatever way; while the screen is open, the output of `print`, `emit` and `log` is kept back. Ctrl-C interrupts the run, and Ctrl-Z stops it until `fg`.
---@class screen.module
screen = {}

---Returns whether the script can take over a terminal.
---
---Kind: reads.
---@return boolean # false if standard output is not a terminal, as in a pipe, or if the run shares it with others
function screen.available() end

---Takes over the terminal, until the screen is closed or the script ends.
---
---Kind: outside.
---@return screen # the screen
function screen.new() end

---Returns how many columns the terminal has that `print` writes to.
---
---Kind: reads.
---@return integer # the columns; nil if standard output is not a terminal
function screen.columns() end

---@class screen.fit.options
---@field right? boolean Blanks stand before the text instead of behind it, as for numbers.

---Returns a text of an exact width in columns of a terminal: with blanks or … at its end.
---
---Kind: pure.
---@param text any A text, a number, or another value that is no table or function.
---@param width integer How many columns it is to take. At least 0. At most 10000.
---@param options? screen.fit.options
---@return string # the text on one line, without control characters
function screen.fit(text, width, options) end

---@class screen.wrap.options
---@field indent? integer How many blanks stand before each line but the first. At least 0. At most 1000.

---Returns a text as lines that are no wider than a number of columns.
---
---Kind: pure.
---@param text any A text, a number, or another value that is no table or function.
---@param width integer How many columns a line has at most. At least 1. At most 10000.
---@param options? screen.wrap.options
---@return string[] # the lines, without control characters; a word that is too wide is divided
function screen.wrap(text, width, options) end

---Returns how many columns of a terminal a text takes.
---
---Kind: pure.
---@param text any A text, a number, or another value that is no table or function.
---@return integer # the columns; wide characters take two
function screen.width(text) end

return screen
