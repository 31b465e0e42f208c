---@meta re
-- Generated from the declarations. Do not edit.

---Regular expressions in the syntax of RE2, as in Go: `\d+`, `(?i)`, `(?P<name>…)`, alternatives with `|`. Their time grows with the length of the text only, for every expression. In a Lua string write a backslash twice, or write the string as `[[\d+]]`.
---@class re.module
re = {}

---Returns whether an expression matches somewhere in a text.
---
---Kind: pure.
---@param text string The text to look in.
---@param pattern string The expression.
---@return boolean # whether it does
function re.test(text, pattern) end

---Returns the texts that the groups of an expression match, as `string.match` does.
---
---Kind: pure.
---@param text string The text to look in.
---@param pattern string The expression.
---@return any # the text of each group, nil for a group that took no part; the whole match if there are no groups; nil if nothing matches
function re.match(text, pattern) end

---Finds the first match of an expression.
---
---Kind: pure.
---@param text string The text to look in.
---@param pattern string The expression.
---@return match? # the match; nil when there is none
function re.find(text, pattern) end

---@class re.find_all.options
---@field limit? integer How many at most; all when not given. At least 1.

---Finds all matches of an expression that do not overlap.
---
---Kind: pure.
---@param text string The text to look in.
---@param pattern string The expression.
---@param options? re.find_all.options
---@return match[] # the matches, in their order
function re.find_all(text, pattern, options) end

---@class re.replace.options
---@field limit? integer How many matches to replace at most; all when not given. At least 1.

---Replaces the matches of an expression.
---
---Kind: pure.
---@param text string The text to look in.
---@param pattern string The expression.
---@param replacement any Text, in which $1 or ${name} stands for a group and $$ for a dollar; or a function that is called with the texts of the groups, or with the whole match if there are no groups.
---@param options? re.replace.options
---@return string # the text with the replacements
function re.replace(text, pattern, replacement, options) end

---@class re.split.options
---@field limit? integer How many at most; all when not given. At least 1.

---Divides a text where an expression matches.
---
---Kind: pure.
---@param text string The text to look in.
---@param pattern string The expression.
---@param options? re.split.options
---@return string[] # the parts between the matches; if there is a limit, the last part is the rest
function re.split(text, pattern, options) end

---Writes a text as an expression that matches it.
---
---Kind: pure.
---@param text string Any text.
---@return string # the expression
function re.escape(text) end

return re
